"""Projects and what is tested in them: test cases, documents, tags and traversals."""

from pydantic import ConfigDict, Field

from qafiles.models.entity import Entity
from qafiles.models.values import (
    BrowserConfigReference,
    Color,
    DocumentReference,
    Items,
    Optional,
    OrganizationReference,
    ProjectReference,
    Route,
    SecretValueReference,
    TagReference,
    TestCaseReference,
    Text,
    Timestamp,
    Url,
    Version,
)


class Project(Entity):
    """A product under test."""

    model_config = ConfigDict(title="Project")
    name: str = Field(title="Name", description="The project's name.", examples=["Shop"])
    organization_id: Optional[OrganizationReference] = Field(
        None,
        title="Organization",
        description="Implied by the folder; when written, it must name that organization.",
    )
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    default_url_route: Url = Field(
        title="Default URL", description="Absolute http(s) URL; the routes of test cases are appended to it."
    )


class TestCase(Entity):
    """What is tested, step by step, in words."""

    __test__ = False  # pytest would take the name for a test class

    model_config = ConfigDict(title="Test case")
    project_id: Optional[ProjectReference] = Field(
        None, title="Project", description="Implied by the folder; when written, it must name that project."
    )
    document_id: Optional[DocumentReference] = Field(
        None, title="Document", description="The document that this test case is about: an id or a handle."
    )
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    updated_at: Optional[Timestamp] = Field(
        None,
        title="Updated at",
        description="When absent, the author date of the last commit that changed the data.",
    )
    test_description: Text = Field(
        title="Test description",
        description="The steps and expectations; reports use the first line as the title. `{{ secret.NAME }}` names a secret.",
        examples=["Sign in with a valid user\n\nGiven …\nWhen …\nThen …\n"],
    )
    extra_rules: Optional[str] = Field(
        None,
        title="Extra rules",
        description="What whoever runs the test must also obey.",
        examples=["Never submit the order."],
    )
    url_route: Route = Field(
        title="URL route",
        description="Where the test begins: an absolute http(s) URL, or a path that is appended to the project's default URL.",
    )
    allowed_domains: Optional[Items[str]] = Field(
        None,
        title="Allowed domains",
        description="Hosts that the test may visit: `host`, `*.host`, with `scheme://` or `:port`. Absent: the route's host alone.",
        examples=[["shop.example.com", "*.example.org"]],
    )
    tags: Items[TagReference] = Field(
        (), title="Tags", description="Tags of the same project, by id or handle."
    )
    browser_configs: Items[BrowserConfigReference] = Field(
        (), title="Browser configs", description="Browser configs with which the test runs, by id or handle."
    )


class Document(Entity):
    """A requirement, a note or a guide that test cases refer to."""

    model_config = ConfigDict(title="Document")
    name: str = Field(title="Name", description="The document's title.", examples=["How to check out"])
    project_id: Optional[ProjectReference] = Field(
        None, title="Project", description="Implied by the folder; when written, it must name that project."
    )
    test_case_id: Optional[TestCaseReference] = Field(
        None,
        title="Test case",
        description="The one test case that is about this document and names it back.",
    )
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    content: str = Field(
        title="Content", description="The text, in Markdown.", examples=["# How to check out\n\n1. …\n"]
    )


class Tag(Entity):
    """A label of test cases."""

    model_config = ConfigDict(title="Tag")
    name: str = Field(title="Name", description="The label; unique in the project.", examples=["smoke"])
    project_id: Optional[ProjectReference] = Field(
        None, title="Project", description="Implied by the folder; when written, it must name that project."
    )
    color: Color = Field(
        title="Colour", description="`#rgb` or `#rrggbb` in quotes, or the name of a CSS colour."
    )


class TestTraversal(Entity):
    """A recorded way through a test case, which a runner can replay; it is no run and has no outcome."""

    __test__ = False  # as for TestCase

    model_config = ConfigDict(title="Test traversal")
    test_case_id: TestCaseReference = Field(
        title="Test case", description="The test case that the way leads through, by id or handle."
    )
    browser_config_id: Optional[BrowserConfigReference] = Field(
        None,
        title="Browser config",
        description="The browser config that the way is for, by id or handle; absent: any of the test case's.",
    )
    secret_values: Items[SecretValueReference] = Field(
        (), title="Secrets", description="Secrets that replaying it needs, by id or handle."
    )
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    version: Optional[Version] = Field(
        None,
        title="Version",
        description="When absent, the number of commits that changed the data; when written, unique per test case.",
    )

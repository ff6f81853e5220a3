"""Browser configs: the options with which a browser is started."""

from pydantic import ConfigDict, Field

from qafiles.models.browser_settings import BrowserSettings
from qafiles.models.entity import Entity
from qafiles.models.values import Optional, Timestamp


class BrowserConfig(Entity):
    """A named set of browser options that test cases and traversals use."""

    model_config = ConfigDict(title="Browser config")
    created_at: Optional[Timestamp] = Field(
        None, title="Created at", description="When absent, the author date of the first commit of the file."
    )
    updated_at: Optional[Timestamp] = Field(
        None,
        title="Updated at",
        description="When absent, the author date of the last commit that changed the data.",
    )
    browser_config: BrowserSettings = Field(
        title="Browser options",
        description="Options as Playwright, browser-use and WebDriver name them, in camelCase or snake_case.",
        examples=[{"browserName": "chromium", "viewport": {"width": 1280, "height": 720}}],
    )

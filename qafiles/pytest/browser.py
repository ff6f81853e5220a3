"""Fixtures of pytest-playwright with the options of a browser config."""

from typing import TYPE_CHECKING, Any

import pytest

from qafiles.errors import QafilesError
from qafiles.playwright import browser_name, context_options, launch_options, left_out
from qafiles.playwright.places import placed

if TYPE_CHECKING:
    from qafiles.pytest.data import Data


class BrowserFixtures:
    """A plugin that starts the browser of a config; what the command line asks of pytest-playwright comes before it."""

    def __init__(self, config: pytest.Config, data: "Data", notes: list[str]) -> None:
        try:
            self.config = data.snapshot.find(f"browser_config:{config.getoption('--qafiles-config')}")
            keys = left_out(self.config)
            self._device = placed(self.config.data["browser_config"]).device
            engine = None if self._device is not None else browser_name(self.config)
        except QafilesError as error:
            raise pytest.UsageError(f"qafiles: {error}") from None
        notes += [f"browser config {self.config.handle}: left out: {key} ({reason})" for key, reason in keys]
        if engine is not None and hasattr(config.option, "browser"):
            if config.option.browser not in ([], [engine]):
                raise pytest.UsageError(f"qafiles: {self._mismatch(engine)}")
            config.option.browser = [engine]

    def _mismatch(self, engine: str) -> str:
        return f"browser config {self.config.handle} is for {engine}; run it with `--browser {engine}`"

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Name the browser config in the properties of each test."""
        for item in items:
            item.user_properties.append(("browser_config", self.config.handle))

    @pytest.fixture(scope="session")
    def browser_type_launch_args(
        self, browser_type_launch_args: dict[str, Any], request: pytest.FixtureRequest
    ) -> dict[str, Any]:
        """The arguments that start the browser: those of the config, and before them those of the command line."""
        engine = browser_name(self.config, self._devices(request))
        if request.getfixturevalue("browser_name") != engine:
            pytest.fail(self._mismatch(engine), pytrace=False)
        return {**launch_options(self.config), **browser_type_launch_args}

    @pytest.fixture(scope="session")
    def browser_context_args(
        self, browser_context_args: dict[str, Any], request: pytest.FixtureRequest
    ) -> dict[str, Any]:
        """The arguments of each browser context: those of the config, and before them those of the command line."""
        return {**context_options(self.config, self._devices(request)), **browser_context_args}

    def _devices(self, request: pytest.FixtureRequest) -> Any:
        return request.getfixturevalue("playwright").devices if self._device is not None else None

"""Names of variables: which ones programs take orders from, and under which a secret is handed out."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from qafiles.errors import UsageError

# A secret can be written by anybody who has the public keys; these names would change which programs run, or what they
# trust and where they send it. https://man7.org/linux/man-pages/man8/ld.so.8.html, https://git-scm.com/docs/git#_environment_variables
_is_always_obeyed: Final = re.compile(
    r"(?:LD|DYLD|GIT|BASH|ZSH|MALLOC|SOPS|QAFILES|XDG|PYTHON|NPM_CONFIG|YARN|PERL|RUBY|CARGO|RUST|RUSTC|PIP|UV|"
    r"DOTNET|COMPLUS|CORECLR|COR|ELECTRON|SYSTEMD|PYTEST|COVERAGE|MAVEN|GRADLE|TS_NODE|GLIBC|GCONV)_.*|"
    r"DOCKER_(?:HOST|CONFIG|CONTEXT|TLS_VERIFY|CERT_PATH)|OPENSSL_(?:CONF|ENGINES|MODULES)|KRB5_CONFIG|"
    r"PYTHON.*|PERL5.*|PERLLIB|RUBY(?:OPT|LIB|PATH)|"
    r"NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|REPL.*|V8_COVERAGE)|SHELLOPTS|BASHOPTS|ZDOTDIR|MAKEFILES|MAKEFLAGS|KUBECONFIG|"
    r"NETRC|WGETRC|CURL_HOME|INPUTRC|EXINIT|VIMINIT|GO(?:PROXY|DEBUG|NOSUMDB|NOSUMCHECK|INSECURE|ENV|ROOT|TOOLCHAIN|AUTH|VCS|TRACEBACK)|"
    r"SUDO_ASKPASS|PG(?:HOST|HOSTADDR|SERVICE|SYSCONFDIR)|PWDEBUG|AWS_(?:CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL.*|CA_BUNDLE|CONTAINER_.*|WEB_IDENTITY_TOKEN_FILE)|LOCPATH|NLSPATH|"
    r"JAVA_(?:HOME|TOOL_OPTIONS|OPTS)|JDK_JAVA_OPTIONS|_JAVA_OPTIONS|CLASSPATH|"
    r"GEM_(?:HOME|PATH)|BUNDLE_.*|LUA_(?:C?PATH|INIT).*|PHP(?:RC|_INI_SCAN_DIR)|R_(?:HOME|PROFILE|ENVIRON|LIBS).*|GLIBC_TUNABLES|"
    r"SSH_(?:ASKPASS.*|AUTH_SOCK|AGENT_PID)|GPG_(?:TTY|AGENT_INFO)|GNUPGHOME|SSL_CERT_(?:FILE|DIR)|(?:CURL|REQUESTS)_CA_BUNDLE|SSLKEYLOGFILE|"
    r"HOME|USER|LOGNAME|SHELL|IFS|ENV|PS[0-9]|PROMPT_COMMAND|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESS.*|PWD|OLDPWD|PATH|CDPATH|MANPATH|"
    r"TMPDIR|TEMP|TMP|PATHEXT|COMSPEC|SYSTEMROOT|WINDIR|USERPROFILE|APPDATA|LOCALAPPDATA|PROGRAMDATA|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|"
    r"CC|CXX|LD|AR|TERM|TERMINFO.*|TERMCAP|LANG|LANGUAGE|LC_.*|TZ|TZDIR|DISPLAY|WAYLAND_DISPLAY|XAUTHORITY|DBUS_.*|"
    r"GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY|ACTIONS|WORKSPACE)|RUNNER_.*|CI|"
    r"(?:HTTPS?|ALL|NO|FTP|SOCKS)_PROXY|(?:NODE|JAVA|JVM|GRADLE|MAVEN|SBT|CATALINA)_OPTS"
).fullmatch
# What other programs that tests are run with take orders from, among names that hold their users' own values.
_is_of_program: Final = re.compile(
    r"(?:PLAYWRIGHT|PUPPETEER|CYPRESS|SELENIUM|SE|WEBDRIVER|APPIUM|ROBOT|BEHAVE|TOX|NOX|JEST|VITEST|MOCHA|KARMA|BABEL|NX|ANT|SBT|PNPM|BUN|DENO|"
    r"K6|WDIO|HYPOTHESIS|BEHAT|WATIR|TESTCONTAINERS|SWC|POETRY|ANSIBLE|TF|TERRAFORM|COMPOSE|HELM|DOCKER|VAULT|CHROME|FIREFOX|MOZ)_.*"
).fullmatch
# What such names end in, of programs that nobody has a list of.
_ends_obeyed: Final = re.compile(
    r".*(?:PATHS?|OPTS|OPTIONS|FLAGS|FILE)|(?:.*_)?(?:OPT|OPTION|FLAG|ARGS?|PROXY|PRELOAD|BIN|BINARY|EXE|EXECUTABLE|COMMAND|CMD|SHELL|RSH|WRAPPER|LAUNCHER|HOME|DIR|ADDR|"
    r"ADDRESS|ENDPOINT|ENDPOINT_URL|BASE_URL|CONFIG|CONF|CONFIG_FILE|RC|RCFILE|RC_FILENAME|FILE|FILES|PLUGINS?|EXTENSIONS?|HOOKS?|COMPILER|LOADER|"
    r"AGENT|SCRIPT|MODULES?|IMPORTS?|REQUIRE|STARTUP|PROCESS_START|ASKPASS|REGISTRY|INDEX_URL|MIRROR|CA_BUNDLE|CA_CERTS?|FULL_URI)"
).fullmatch
SECRET_VARIABLES: Final = "QAFILES_SECRET_VARIABLES"  # noqa: S105  # the name of a variable
"""The variable in which `secret run` names those that hold secrets, so that reports below it hide their values."""

_is_variable: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,199}").fullmatch


@dataclass(frozen=True, slots=True)
class VariableNames:
    """Under which names secrets are handed out: those that are chosen one by one, and a prefix for all others.

    Raises UsageError for what can be no name of a variable.
    """

    chosen: Mapping[str, str] = field(default_factory=dict)
    prefix: str = ""

    def __post_init__(self) -> None:
        """Refuse a prefix or a name that no variable has, and one name for two secrets."""
        for what in (*self.chosen.values(), *([self.prefix] if self.prefix else ())):
            if not _is_variable(what):
                raise UsageError(
                    f"`{what}` is no name of a variable: letters, digits and `_`, no digit in front"
                )
        for name, variable in self.chosen.items():
            other = next((one for one in self.chosen if one != name and self.chosen[one] == variable), None)
            if other is not None:
                raise UsageError(f"`{name}` and `{other}` can't both be the variable {variable}")

    def of(self, *names: str) -> str:
        """Return the variable of a secret, which may be chosen by any of its names; the last one is its plain name."""
        variable = next((self.chosen[name] for name in names if name in self.chosen), None)
        return variable if variable is not None else self.prefix + names[-1]

    def refusal(self, *names: str) -> str | None:
        """Return why the variable of a secret is refused; None where it is not.

        A name that somebody chose on the command line is refused only where it changes how almost any program runs.
        """
        variable = self.of(*names)
        text = variable.upper()
        refused = _is_always_obeyed(text) is not None
        if not any(name in self.chosen for name in names):
            by_program, by_end = bool(_is_of_program(text)), bool(_ends_obeyed(text))
            # Whoever names a secret has not chosen the prefix, and could complete that of a program.
            refused = refused or (by_program and by_end if self.prefix else by_program or by_end)
        if refused:
            return (
                f"programs take orders from a variable called {variable}, which would change how they run; hand it out under "
                f"another name with `--as {names[-1]}=VARIABLE` or `--prefix QA_`, or give the secret another name"
            )
        return None


def named_variables(texts: tuple[str, ...], prefix: str | None) -> VariableNames:
    """Return the names that the texts `NAME=VARIABLE` and a prefix give; raises UsageError."""
    chosen: dict[str, str] = {}
    for text in texts:
        name, is_there, variable = text.partition("=")
        if not is_there or not name:
            raise UsageError(
                f"`{text}` is not NAME=VARIABLE: the name of a secret, and that of the variable which it becomes"
            )
        if name in chosen:
            raise UsageError(f"`{name}` can't be two variables, {chosen[name]} and {variable}")
        chosen[name] = variable
    return VariableNames(chosen, prefix or "")

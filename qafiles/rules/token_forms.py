"""Tokens and keys with a fixed beginning, by which the services that issue them want them to be found.

The beginnings are those that the services document for their scanners, such as
https://github.blog/engineering/behind-githubs-new-authentication-token-formats/ and
https://docs.gitlab.com/security/tokens/#token-prefixes.
"""

from typing import Final

_WORD: Final = "[A-Za-z0-9_-]"
_PLAIN: Final = "[A-Za-z0-9]"

FORMS: Final[tuple[tuple[str, str, str], ...]] = (
    ("a token of GitHub", "gh[pousr]_", f"{_PLAIN}{{36,}}"),
    ("a token of GitHub", "github_pat_", f"{_WORD}{{40,}}"),
    (
        "a token of GitLab",
        "gl(?:pat|dt|rt|rtr|cbt|ptt|ft|imt|agent|soat|ffct|oas|wt)-",
        "[A-Za-z0-9_.-]{20,}",
    ),
    ("a token of GitLab", "GR1348941", f"{_WORD}{{20,}}"),
    ("a token of Slack", r"xox[abeoprs](?:\.xox[a-z])?-", "[A-Za-z0-9-]{16,}"),
    ("a token of Slack", "xapp-", "[0-9]-[A-Za-z0-9-]{20,}"),
    ("an access key of AWS", "(?:AKIA|ASIA|ABIA|ACCA)", "[0-9A-Z]{16}(?![0-9A-Za-z])"),
    ("a key of AWS Bedrock", "(?:ABSK|bedrock-api-key-)", "[A-Za-z0-9+/=_-]{60,}"),
    ("a key of Google", "AIza", f"{_WORD}{{35}}"),
    ("a secret of Google", "GOCSPX-", f"{_WORD}{{20,}}"),
    ("a token of Google", r"ya29\.", f"{_WORD}{{30,}}"),
    ("a key of Stripe", "[sr]k_live_", f"{_PLAIN}{{16,}}"),
    ("a secret of Stripe", "whsec_", "[A-Za-z0-9+/=]{24,}"),
    ("a key of Square", "(?:sq0(?:atp|csp)-)", f"{_WORD}{{22,}}"),
    ("a token of npm", "npm_", f"{_PLAIN}{{36}}"),
    ("a token of PyPI", "pypi-", f"{_WORD}{{50,}}"),
    ("a key of RubyGems", "rubygems_", "[a-f0-9]{40,}"),
    ("a token of Docker", "dckr_(?:pat|oat)_", f"{_WORD}{{20,}}"),
    ("a key of Anthropic", "sk-ant-", f"{_WORD}{{24,}}"),
    ("a key of OpenAI", "sk-(?:proj|svcacct|admin|None)-", f"{_WORD}{{20,}}"),
    ("a key of OpenAI", "sk-", f"{_PLAIN}{{20}}T3BlbkFJ{_PLAIN}{{20}}"),
    ("a key of OpenRouter", "sk-or-v1-", "[a-f0-9]{40,}"),
    ("a key of Groq", "gsk_", f"{_PLAIN}{{40,}}"),
    ("a key of xAI", "xai-", f"{_PLAIN}{{40,}}"),
    ("a key of Perplexity", "pplx-", f"{_PLAIN}{{32,}}"),
    ("a token of Hugging Face", "hf_", f"{_PLAIN}{{30,}}"),
    ("a token of Replicate", "r8_", f"{_PLAIN}{{30,}}"),
    ("a token of DigitalOcean", "do[opr]_v1_", "[a-f0-9]{40,}"),
    ("a token of Doppler", r"dp\.(?:pt|st|ct|sa|scim|audit)\.", "[A-Za-z0-9._-]{30,}"),
    ("a token of Shopify", "shp(?:at|ca|pa|ss|tka)_", "[a-fA-F0-9]{32}"),
    ("a key of SendGrid", r"SG\.", rf"{_WORD}{{16,}}\.{_WORD}{{32,}}"),
    ("a token of Databricks", "dapi", "[a-f0-9]{32}"),
    ("a token of Grafana", "gl(?:c|sa)_", "[A-Za-z0-9_+/=]{32,}"),
    ("a key of Linear", "lin_(?:api|oauth)_", f"{_PLAIN}{{32,}}"),
    ("a token of Notion", "ntn_", f"{_PLAIN}{{40,}}"),
    ("a token of Atlassian", "AT(?:ATT|CTT|BB)", "[A-Za-z0-9_=-]{28,}"),
    ("a token of Figma", "fig[dour]_", f"{_WORD}{{38,}}"),
    ("a key of Postman", "PMAK-", "[a-f0-9]{24}-[a-f0-9]{34}"),
    ("a token of Vault", r"hv[sbr]\.", f"{_WORD}{{24,}}"),
    ("a token of Pulumi", "pul-", "[a-f0-9]{40}"),
    ("a token of Sentry", "sntry[su]_", "[A-Za-z0-9_+/=-]{40,}"),
    ("a token of Supabase", "(?:sbp_|sb_secret_)", "[A-Za-z0-9_-]{24,}"),
    ("a token of Netlify", "nfp_", f"{_PLAIN}{{36,}}"),
    ("a token of Fly.io", "(?:fo1_|fm2_|FlyV1 fm2_)", "[A-Za-z0-9_+/=-]{40,}"),
    ("a token of Heroku", "HRKU-", "[A-Za-z0-9_-]{30,}"),
    ("a key of New Relic", "NRAK-", "[A-Z0-9]{27}"),
    ("a key of Tailscale", "tskey-", "[a-z]{1,12}-[A-Za-z0-9-]{20,}"),
    ("a token of 1Password", "ops_eyJ", f"{_WORD}{{100,}}"),
    ("a token of CircleCI", "CCIPAT_", f"{_WORD}{{40,}}"),
    ("a token of Buildkite", "bk[a-z]{2}_", "[a-f0-9]{40}"),
    ("an age key", "AGE-SECRET-KEY-(?:PQ-)?", "1[0-9A-Z]{50,}"),
)
"""What each is called, how it begins, and what follows."""

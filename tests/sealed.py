"""Files of secrets as `sops` wrote one, for tests of what needs no key; its key exists nowhere any more."""

from typing import Final

RECIPIENT: Final = "age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n"

SOPS_CONFIG: Final = f"""\
creation_rules:
  - path_regex: secret_values/[^/]+\\.yaml$
    encrypted_regex: ^secret_value$
    age: {RECIPIENT}
"""

STANZA: Final = """\
sops:
    age:
        - recipient: age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n
          enc: |
            -----BEGIN AGE ENCRYPTED FILE-----
            YWdlLWVuY3J5cHRpb24ub3JnL3YxCi0+IFgyNTUxOSBWc0VYQSsrUjQ5RE5zcno1
            TEJpdDl6Uit1c0dvY2tGcmxFdWhyMkQyVlNRCkgrWGw1U1JmQm1KWDA1ekFMejVo
            TDFVWlJNcXl3TTdxSlE0RDFrSW9iRVkKLS0tIGNxR3pWRFRheEMxSkRCOEkyWndU
            aTlQMVJXTXN3dVdDUmlVbXRSUXJxVmMKS8x+HA/b538vbPGVH5lVxaL5eAXt6Wiu
            xRYz0uRlSadJkUoWGsSORS30Gv6ELKTDP0rZDkt23GgsKqNLaST9dg==
            -----END AGE ENCRYPTED FILE-----
    lastmodified: "2026-11-22T19:58:18Z"
    mac: ENC[AES256_GCM,data:YOXYIax4HMiocT52woNpJdMak+gWGn7JCTgTtrEPcKrFi1kDvXDNJCGL0Zzt5tqSYIDjP9FqCSJrk670/cPIcY2qBYyHtyzQo/ae3JDtCo9ovxEbBWYnyGdD2iPRFL8sr5ETY3ImcrIfsg91KIQU6PJCOWGoUMWoy/AbgDst5Oc=,iv:Ef/RAoIAOIVzYC/bFFQ7LC+qj0vPNIItOLl77tdAF2E=,tag:11qjeiuFVihoE4QZyFAA9A==,type:str]
    encrypted_regex: ^secret_value$
    version: 3.11.0
"""

_IV: Final = "iv:MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=,tag:MDEyMzQ1Njc4OTAxMjM0NQ==,type:str]"


def sealed(
    name: str = "ADMIN_PASSWORD",
    *,
    id_: str = "ux5q1gpzr2kh0jmz8w3vcd7n",
    project: str = "tz4a98xxat96iws9zmbrgj3b",
    version: object = 1,
    data: str = "aGVsbG8=",
) -> str:
    """Return the file of a secret; `data` is the ciphertext in base64. The MAC is that of another file."""
    return whole(
        f"id: {id_}\nproject_id: {project}\nsecret_name: {name}\n"
        'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\n'
        f"version: {version}\nsecret_value: ENC[AES256_GCM,data:{data},…]\nsops: …\n"
    )


def whole(text: str) -> str:
    """Return the text of a file with what the pages of rules leave out of secrets, each time as `…`."""
    return text.replace(",…]", f",{_IV}").replace("sops: …\n", STANZA)

"""Values that SOPS has encrypted: https://github.com/getsops/sops/blob/main/aes/cipher.go."""

import re
from typing import Final

_SEALED: Final = r"ENC\[AES256_GCM,data:{data},iv:[A-Za-z0-9+/]{{43}}=,tag:[A-Za-z0-9+/]{{22}}==,type:str\]"
# Base64 as encoders write it: the last group is whole or padded.
_BASE64: Final = r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{4}|[A-Za-z0-9+/]{3}=|[A-Za-z0-9+/]{2}==)"
is_sealed = re.compile(_SEALED.format(data=_BASE64)).fullmatch
is_mac = re.compile(_SEALED.format(data=r"[A-Za-z0-9+/]{171}=")).fullmatch

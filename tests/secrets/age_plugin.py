"""A plugin of age with a token that wants a PIN: https://c2sp.org/age-plugin."""

import os
import sys
from pathlib import Path

PUBLIC = "age1x1qyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqszqgpqyqsehy0mz"
KEYS = f"# Recipient: {PUBLIC}\nAGE-PLUGIN-X-1QGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQKY36MW\n"
PIN = b"123456"
QUESTION = b"PIN of the token:"
_PROGRAM = f"""#!{sys.executable}
import base64
import sys


def send(*arguments, body=b""):
    text = base64.b64encode(body).decode().rstrip("=")
    lines = [text[start : start + 64] for start in range(0, len(text) + 1, 64)]
    print("->", *arguments)
    print(*lines, sep="\\n", flush=True)


def receive():
    head, text, line = sys.stdin.readline().split()[1:], "", "x" * 64
    while len(line) == 64:
        line = sys.stdin.readline().rstrip("\\n")
        text += line
    return head, base64.b64decode(text + "=" * (-len(text) % 4))


def exchanged(key):
    return bytes(byte ^ 0x5A for byte in key)


items = [receive()]
while items[-1][0][0] != "done":
    items.append(receive())
if sys.argv[1].endswith("recipient-v1"):
    for number, (_, key) in enumerate(item for item in items if item[0][0] == "wrap-file-key"):
        send("recipient-stanza", str(number), "x-stub", body=exchanged(key))
        receive()
elif stanzas := [item for item in items if item[0][0] == "recipient-stanza" and item[0][2] == "x-stub"]:
    send("request-secret", body={QUESTION!r})
    head, pin = receive()
    for stanza, body in stanzas:
        if pin == {PIN!r}:
            send("file-key", stanza[1], body=exchanged(body))
        else:
            send("error", "identity", "0", body=b"wrong PIN")
        receive()
send("done")
"""


def installed(folder: Path) -> str:
    """Return a PATH on which the plugin is."""
    folder.mkdir()
    program = folder / "age-plugin-x"
    program.write_text(_PROGRAM)
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"

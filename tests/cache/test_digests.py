import hashlib
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from qafiles.cache.digests import _hash, sha1, sha256


@given(st.binary(max_size=300))
def test_hashes_are_those_of_openssl(content: bytes) -> None:
    assert sha1(content) == hashlib.sha1(content).digest()  # noqa: S324  # git's own, which secures nothing here
    assert sha256(content) == hashlib.sha256(content).digest()


def test_a_python_without_its_own_hashes_takes_those_of_openssl() -> None:
    assert _hash("sha256", "_no_such_module")(b"x").digest() == hashlib.sha256(b"x").digest()


def test_many_contents_are_hashed_by_openssl_and_few_do_not_load_it() -> None:
    program = """
import sys
from qafiles.cache.digests import for_many, sha1
few = sha1(b"x")
assert "_hashlib" not in sys.modules
for_many()
assert "_hashlib" in sys.modules
assert sha1(b"x") == few
"""
    subprocess.run([sys.executable, "-c", program], check=True)

import hashlib
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from qafiles.cache.digests import _hash, sha1, sha256
from qafiles.sources.source import name_of, namer


@given(st.binary(max_size=300))
def test_hashes_are_those_of_openssl(content: bytes) -> None:
    assert sha1(content) == hashlib.sha1(content).digest()  # noqa: S324  # git's own, which secures nothing here
    assert sha256(content) == hashlib.sha256(content).digest()


def test_a_python_without_its_own_hashes_takes_those_of_openssl() -> None:
    assert _hash("sha256", "_no_such_module")(b"x").digest() == hashlib.sha256(b"x").digest()


@given(st.binary(max_size=300))
def test_names_of_many_contents_are_those_of_git(content: bytes) -> None:
    for is_sha_1, digits in ((True, 40), (False, 64)):
        assert namer(digits)(content) == name_of(content, is_sha_1=is_sha_1).hex()


def test_a_few_contents_are_hashed_without_openssl() -> None:
    program = (
        "import sys; from qafiles.cache.digests import sha1; sha1(b'x'); assert '_hashlib' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", program], check=True)

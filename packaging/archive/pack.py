"""Packs a directory into a .tar.gz or .zip whose bytes depend only on the names and contents of its files, and writes ARCHIVE.sha256.

    pack.py DIRECTORY ARCHIVE SECONDS-SINCE-1970

tar differs too much between GNU, BSD and Windows to give the same bytes.
"""

import gzip
import hashlib
import os
import sys
import tarfile
import time
import zipfile

PROGRAMS = {"ipfix", "ipfix.exe"}


def files(directory):
    """The files as (path, name in the archive, mode). Windows has no modes, so the names decide."""
    found = []
    for folder, _, names in os.walk(directory):
        for name in names:
            path = os.path.join(folder, name)
            mode = 0o755 if name in PROGRAMS else 0o644
            found.append((path, path.replace(os.sep, "/"), mode))
    return sorted(found, key=lambda file: file[1])


def pack_tar(directory, archive, epoch):
    # Without a name and a time in the header of gzip.
    with open(archive, "wb") as raw, gzip.GzipFile("", "wb", 9, raw, mtime=0) as packed:
        with tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            for path, name, mode in files(directory):
                entry = tarfile.TarInfo(name)
                entry.size, entry.mtime, entry.mode = os.path.getsize(path), epoch, mode
                with open(path, "rb") as content:
                    tar.addfile(entry, content)


def pack_zip(directory, archive, epoch):
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        for path, name, mode in files(directory):
            entry = zipfile.ZipInfo(name, time.gmtime(epoch)[:6])
            entry.create_system = 3  # Unix, on every system, so that the mode counts
            entry.external_attr = (0o100000 | mode) << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            with open(path, "rb") as content:
                packed.writestr(entry, content.read(), compresslevel=9)


def main():
    directory, archive, epoch = sys.argv[1], sys.argv[2], int(sys.argv[3])
    pack = pack_zip if archive.endswith(".zip") else pack_tar
    pack(directory, archive, epoch)
    with open(archive, "rb") as content:
        digest = hashlib.sha256(content.read()).hexdigest()
    # With the line ending of sha256sum on Windows too.
    with open(archive + ".sha256", "w", encoding="ascii", newline="\n") as sums:
        sums.write(f"{digest}  {os.path.basename(archive)}\n")


main()

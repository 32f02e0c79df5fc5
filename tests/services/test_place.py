"""The place of the books: cloud folders, network shares, a full disk."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath

import pytest

from services import place

MOUNTS = """\
/dev/sda1 / ext4 rw 0 0
//server/share /mnt/shop cifs rw 0 0
server:/x /mnt/shop/local\\040disk nfs4 rw 0 0
tmpfs /tmp tmpfs rw 0 0
"""


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (PureWindowsPath("C:/Users/w/OneDrive - Shop/shop.db"), "OneDrive - Shop"),
        (PureWindowsPath("D:/我的坚果云/店/shop.db"), "我的坚果云"),
        (PurePosixPath("/home/w/Dropbox/shop.db"), "Dropbox"),
        (PurePosixPath("/home/w/文档/shop.db"), ""),
        (PurePosixPath("/home/w/data/onedrive.db"), ""),
    ],
)
def test_cloud_folders_are_known_by_name(path, name: str) -> None:
    assert place.cloud_folder(path, {}) == name


def test_a_cloud_folder_named_by_the_system_is_known() -> None:
    path = PureWindowsPath("E:/Sync/shop.db")
    assert place.cloud_folder(path, {"OneDrive": "E:\\Sync"}) == "Sync"


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/home/shop.db", "ext4"),
        ("/mnt/shop/shop.db", "cifs"),
        ("/mnt/shop/local disk/a.db", "nfs4"),
        ("/mnt/shopping/a.db", "ext4"),
    ],
)
def test_the_nearest_mount_decides(path: str, kind: str) -> None:
    assert place.file_system(Path(path), MOUNTS) == kind


def test_unc_paths_are_on_the_network() -> None:
    assert place.on_network(Path("//server/share/shop.db"))
    assert not place.on_network(Path("/tmp/shop.db"))


def test_a_nearly_full_disk_is_warned_about(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    books = tmp_path / "shop.db"
    books.write_bytes(b"x")
    assert place.warnings(books) == []
    monkeypatch.setattr(place.shutil, "disk_usage", lambda _path: type("Usage", (), {"free": 3 * 2**20})())
    assert "3 MB" in place.warnings(books)[0]

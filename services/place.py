"""Where the books lie: no network share, better no cloud folder, enough free space (spec 08, "Start-up checks")."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path, PurePath

from services.words import _

_CLOUD_FOLDERS = (
    "onedrive",
    "dropbox",
    "icloud drive",
    "icloud~",
    "com~apple~clouddocs",
    "google drive",
    "googledrive",
    "nutstore",
    "坚果云",
    "我的坚果云",
    "baidunetdisk",
    "baidusyncdisk",
    "百度网盘",
    "百度云同步盘",
    "weiyun",
    "微云",
    "腾讯微云",
    "wpsdrive",
    "wps云盘",
)
"""Beginnings of folder names, lower case."""
_CLOUD_VARIABLES = ("OneDrive", "OneDriveConsumer", "OneDriveCommercial")
_NETWORK_SYSTEMS = (
    "cifs",
    "smb",
    "smb3",
    "smbfs",
    "nfs",
    "nfs4",
    "9p",
    "fuse.sshfs",
    "afpfs",
    "webdav",
    "fuse.davfs2",
    "ncpfs",
)
_LEAST_FREE = 500 * 1024 * 1024
_FULL = 256 * 1024
"""With less, not even one act and its index fit: the books are only shown."""
_DRIVE_REMOTE = 4
"""GetDriveType's answer for a network drive."""


def cloud_folder(path: PurePath, environment: dict[str, str] | None = None) -> str:
    """The name of the cloud-synchronised folder that `path` lies in; empty when there is none."""
    environment = dict(os.environ) if environment is None else environment
    for part in path.parts[:-1]:
        if part.lower().startswith(_CLOUD_FOLDERS):
            return part
    for name in _CLOUD_VARIABLES:
        root = environment.get(name, "")
        if root and path.is_relative_to(root):
            return type(path)(root).name
    return ""


def on_network(path: Path) -> bool:
    """Whether `path` lies on another machine: locks do not hold there, and the books would be damaged."""
    text = str(path)
    if text.startswith(("\\\\", "//")):
        return True
    if sys.platform == "win32":
        import ctypes

        drive = os.path.splitdrive(os.path.abspath(text))[0] + "\\"
        return bool(ctypes.windll.kernel32.GetDriveTypeW(drive) == _DRIVE_REMOTE)
    try:
        mounts = Path("/proc/mounts").read_text("utf-8", "replace")
    except OSError:
        return False
    return file_system(path.resolve(), mounts) in _NETWORK_SYSTEMS


def file_system(path: Path, mounts: str) -> str:
    """The kind of file system `path` lies on, by the text of /proc/mounts: the longest mount point wins."""
    best, kind = -1, ""
    for line in mounts.splitlines():
        parts = line.split()
        if len(parts) < 3:
            continue
        point = parts[1].replace("\\040", " ")
        if path.is_relative_to(point) and len(point) > best:
            best, kind = len(point), parts[2]
    return kind


def view_only(path: Path) -> str:
    """Why these books can only be looked at: `place` (read-only file, folder or disk), `full`, or empty."""
    if not os.access(path, os.W_OK) or not os.access(path.parent, os.W_OK):
        return "place"
    try:
        return "full" if shutil.disk_usage(path.parent).free < _FULL else ""
    except OSError:
        return ""


def warning_codes(path: Path) -> list[str]:
    """`cloud`, `space`, `view`: the same as `warnings`, for programs."""
    found = ["cloud"] if cloud_folder(path.resolve()) else []
    try:
        if shutil.disk_usage(path.parent).free < max(_LEAST_FREE, 3 * path.stat().st_size):
            found.append("space")
    except OSError:
        pass
    return [*found, *(["view"] if view_only(path) else [])]


def warnings(path: Path) -> list[str]:
    """What is risky about the place of the books, as sentences; repeated at each start until mended."""
    found = []
    cloud = cloud_folder(path.resolve())
    if cloud:
        found.append(
            _(
                "账册放在云盘同步文件夹“{name}”里，同步可能损坏账册。请把它移到普通文件夹，云盘只放备份。"
            ).format(name=cloud)
        )
    try:
        free, size = shutil.disk_usage(path.parent).free, path.stat().st_size
    except OSError:
        return found
    need = max(_LEAST_FREE, 3 * size)
    if free < need:
        found.append(
            _("磁盘只剩 {free} MB，少于建议的 {need} MB。请尽快清理，免得存不下新的记录和备份。").format(
                free=free // 2**20, need=need // 2**20
            )
        )
    return found

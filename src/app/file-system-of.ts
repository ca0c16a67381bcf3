// What kind of file system a folder is on, by the number that the system gives it.

import { statfsSync } from "node:fs";

/**
 * - `copy_on_write`: old bytes stay somewhere when a file is overwritten
 * - `layered`: the same, and the folder may go with its container
 * - `shared`: other machines may reach it, or keep copies
 * - `volatile`: gone with the next start of the machine
 * - `other`: none of these is known of it
 */
export type FileSystemKind = "copy_on_write" | "layered" | "shared" | "volatile" | "other";

export interface FileSystem {
  readonly name: string;
  readonly kind: FileSystemKind;
}

/** Of Linux: statfs(2) and linux/magic.h, and those of file systems outside of the kernel. */
const linux: Readonly<Record<number, FileSystem>> = {
  61267: { name: "ext4", kind: "other" },
  1481003842: { name: "xfs", kind: "other" },
  4076150800: { name: "f2fs", kind: "copy_on_write" },
  2435016766: { name: "btrfs", kind: "copy_on_write" },
  801189825: { name: "zfs", kind: "copy_on_write" },
  3393526350: { name: "bcachefs", kind: "copy_on_write" },
  13364: { name: "nilfs2", kind: "copy_on_write" },
  2035054128: { name: "overlayfs", kind: "layered" },
  16914836: { name: "tmpfs", kind: "volatile" },
  2240043254: { name: "ramfs", kind: "volatile" },
  26985: { name: "nfs", kind: "shared" },
  20859: { name: "smb", kind: "shared" },
  4283649346: { name: "cifs", kind: "shared" },
  4266872130: { name: "smb2", kind: "shared" },
  16914839: { name: "9p", kind: "shared" },
  12805120: { name: "ceph", kind: "shared" },
  1397113167: { name: "afs", kind: "shared" },
  18225520: { name: "gfs2", kind: "shared" },
  1952539503: { name: "ocfs2", kind: "shared" },
  198183888: { name: "lustre", kind: "shared" },
  1196443219: { name: "gpfs", kind: "shared" },
  // Behind FUSE stand sshfs, virtiofs, object stores and the shared folders of virtual machines.
  1702057286: { name: "fuse", kind: "shared" },
};

/** Of macOS: `f_type` of statfs(2), the numbers in use since 10.13. */
const darwin: Readonly<Record<number, FileSystem>> = {
  26: { name: "apfs", kind: "copy_on_write" },
  17: { name: "hfs", kind: "other" },
  2: { name: "nfs", kind: "shared" },
};

/** An error of the system when there is no such folder. */
export function fileSystemOf(path: string): FileSystem {
  return fileSystemByNumber(statfsSync(path).type, process.platform);
}

export function fileSystemByNumber(type: number, platform: NodeJS.Platform): FileSystem {
  // Some systems give the number as signed.
  const number = type >>> 0;
  const known = platform === "linux" ? linux[number] : platform === "darwin" ? darwin[number] : undefined;
  return known ?? { name: `0x${number.toString(16)}`, kind: "other" };
}

import { execFile } from 'node:child_process';
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import type { CleanUpAfterUs } from '@postel/testing';

const run = promisify(execFile);

/** The machine does not allow what a fault needs; the message is a word for the table. */
export class CannotHere extends Error {
  override name = 'CannotHere';
}

export type DiskKind = 'plain' | 'image' | 'tmpfs';

const sizeMiB = { image: 512, tmpfs: 64 } as const;

/** `EXT4_IOC_SHUTDOWN` without flushing the journal: what was not fsynced is gone, as when the power goes. */
const shutDown =
  'my $flags = pack("L", 2); open(D, "<", $ARGV[0]) or die "$!"; ioctl(D, 0x8004587d, $flags) or die "$!"';

/**
 * A disk of the broker's own: an ext4 image on a loop device, or a small tmpfs, mounted where its store goes.
 * @throws {CannotHere}
 */
export class BrokerDisk {
  private constructor(
    private readonly kind: 'image' | 'tmpfs',
    private readonly mountPoint: string,
    private readonly image: string,
    private readonly filler: string,
  ) {}

  static async mount(
    kind: 'image' | 'tmpfs',
    mountPoint: string,
    watch: CleanUpAfterUs,
  ): Promise<BrokerDisk> {
    if (process.platform !== 'linux') throw new CannotHere('needs Linux');
    if (process.getuid?.() !== 0) throw new CannotHere('needs root');
    mkdirSync(mountPoint, { recursive: true, mode: 0o700 });
    const image = join(dirname(mountPoint), 'disk.img');
    const disk = new BrokerDisk(kind, mountPoint, image, join(mountPoint, 'filler'));
    try {
      if (kind === 'image') {
        await run('truncate', ['-s', `${sizeMiB.image}M`, image]);
        await run('mkfs.ext4', ['-q', '-F', image]);
      }
      watch.mount(mountPoint);
      await disk.mountAgain();
    } catch (error) {
      throw new CannotHere(
        kind === 'image' ? `no loop-mounted ext4: ${wordOf(error)}` : `no tmpfs: ${wordOf(error)}`,
      );
    }
    return disk;
  }

  /** From now on nothing reaches the disk, and what did not is gone. Only ever of our own mount. */
  async cutPower(): Promise<void> {
    this.refuseUnlessMounted();
    await run('perl', ['-e', shutDown, this.mountPoint]).catch((error: unknown) => {
      throw new CannotHere(`no shutdown ioctl: ${wordOf(error)}`);
    });
  }

  /** As after a reboot: the file system recovers from its journal. */
  async remount(): Promise<void> {
    await run('umount', [this.mountPoint]);
    await this.mountAgain();
  }

  /** Until not a byte more fits. */
  async fill(): Promise<void> {
    this.refuseUnlessMounted();
    const file = await open(this.filler, 'w');
    try {
      for (let sizeBytes = 1024 ** 2; sizeBytes >= 1_024;) {
        await file.appendFile(Buffer.alloc(sizeBytes)).catch((error: unknown) => {
          if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
          sizeBytes /= 2;
        });
      }
    } finally {
      await file.close();
    }
  }

  free(): void {
    rmSync(this.filler, { force: true });
  }

  async unmount(): Promise<void> {
    await run('umount', [this.mountPoint]).catch(() => run('umount', ['-l', this.mountPoint]));
  }

  private async mountAgain(): Promise<void> {
    if (this.kind === 'image') await run('mount', ['-o', 'loop', this.image, this.mountPoint]);
    else
      await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMiB.tmpfs}m,mode=700`, 'tmpfs', this.mountPoint]);
  }

  /** What is done to it must never hit the file system below. */
  private refuseUnlessMounted(): void {
    if (statSync(this.mountPoint).dev === statSync(dirname(this.mountPoint)).dev) {
      throw new Error(`${this.mountPoint} is not mounted`);
    }
  }
}

function wordOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: string; message?: string };
  return (stderr?.trim() || message || String(error)).split('\n')[0] ?? '';
}

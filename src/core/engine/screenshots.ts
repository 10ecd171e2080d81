/** Pictures that the window made go to `screenshots/` in the user's folder, named as the reference names its own. */
import { PhyError } from '../base/errors.ts';
import type { WritableStorage } from '../storage/storage.ts';

/** Writes a picture; `data` is base64. Returns the sentence that names it. Throws what the storage throws. */
export async function saveScreenshot(
  userHome: WritableStorage,
  view: string,
  format: 'png' | 'svg',
  data: string,
  now: number,
): Promise<string> {
  const place = view.replaceAll(/[^\w]+/g, '_').replaceAll(/^_+|_+$/g, '');
  const stem = `screenshots/phy_screenshot_${timestamp(now)}_${place}`;
  for (let copy = 0; copy < 1000; copy++) {
    const name = `${stem}${copy === 0 ? '' : `-${copy}`}.${format}`;
    if ((await userHome.stat(name)) !== undefined) continue;
    await userHome.replace(name, decodeBase64(data));
    return `Saved the picture as ${userHome.folder}/${name}.`;
  }
  throw new PhyError('refused', `There are too many pictures named ${stem} in ${userHome.folder}.`);
}

const two = (n: number): string => String(n).padStart(2, '0');

/** `YYYYmmddHHMMSS`, local time. */
export function timestamp(now: number): string {
  const date = new Date(now);
  const day = `${date.getFullYear()}${two(date.getMonth() + 1)}${two(date.getDate())}`;
  return `${day}${two(date.getHours())}${two(date.getMinutes())}${two(date.getSeconds())}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Bytes of base64 text. Core code has no decoder of its surroundings to use. */
function decodeBase64(text: string): Uint8Array {
  const digits = text.replaceAll('=', '');
  const bytes = new Uint8Array(Math.floor((digits.length * 3) / 4));
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const digit of digits) {
    held = ((held << 6) | ALPHABET.indexOf(digit)) & 0xffffff;
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (held >> bits) & 0xff;
  }
  return bytes;
}

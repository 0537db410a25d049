import type { Page } from 'playwright-core';

/** Result of the comparison of two pictures. */
export interface PictureDifference {
  /** Share of the pixels that differ, from 0 to 1. A pixel that only one of the pictures has differs. */
  readonly share: number;
  /** Second picture as PNG, pale, with the pixels that differ in red. */
  readonly picture: Buffer;
}

/** Compares two pictures in PNG format. `page` is any page, whose Chromium decodes the pictures. */
export async function pictureDifference(page: Page, before: Buffer, after: Buffer): Promise<PictureDifference> {
  const { share, url } = await page.evaluate(
    async (encoded) => {
      const images = await Promise.all(
        encoded.map(async (base64) => {
          const image = new Image();
          image.src = `data:image/png;base64,${base64}`;
          await image.decode();
          return image;
        }),
      );
      const canvas = document.createElement('canvas');
      canvas.width = Math.max(...images.map(({ width }) => width));
      canvas.height = Math.max(...images.map(({ height }) => height));
      const context = canvas.getContext('2d', { willReadFrequently: true });
      if (context === null) throw new Error('The page has no canvas.');
      const [one, other] = images.map((image) => {
        context.clearRect(0, 0, canvas.width, canvas.height);
        context.drawImage(image, 0, 0);
        return context.getImageData(0, 0, canvas.width, canvas.height);
      });
      if (one === undefined || other === undefined) throw new Error('Two pictures are required.');
      const [old, now] = [new Uint32Array(one.data.buffer), new Uint32Array(other.data.buffer)];
      let differing = 0;
      for (const [pixel, color] of now.entries()) {
        // Bytes of a color in memory are red, green, blue and alpha.
        if (old[pixel] === color) other.data[4 * pixel + 3] = 50;
        else {
          differing += 1;
          other.data.set([255, 0, 0, 255], 4 * pixel);
        }
      }
      context.putImageData(other, 0, 0);
      return { share: differing / now.length, url: canvas.toDataURL() };
    },
    [before, after].map((picture) => picture.toString('base64')),
  );
  return { share, picture: Buffer.from(url.slice(url.indexOf(',') + 1), 'base64') };
}

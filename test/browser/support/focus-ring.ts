/** Result of a press of Tab. */
interface FocusChange {
  /** False if the focus is on the same element as in the last check of the page. */
  readonly moved: boolean;
  /** Element whose focus is not visible. Null if it is visible. */
  readonly fault: string | null;
}

/**
 * Checks the focus ring in the page: an outline of at least 2 px whose contrast to what is around it is at least 3. The
 * outline may be on the part that stands for a hidden input, or on the frame of a field. Runs in the page, so it must
 * not use anything outside of itself.
 */
export function focusFault(): FocusChange {
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [1, 1];
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const rgba = (color: string): number[] => {
    if (context === null) return [0, 0, 0, 0];
    context.clearRect(0, 0, 1, 1);
    context.fillStyle = color;
    context.fillRect(0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data];
  };
  const luminance = (color: readonly number[]): number => {
    const [red = 0, green = 0, blue = 0] = color.map((part) => {
      const share = part / 255;
      return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const contrast = (one: readonly number[], other: readonly number[]): number => {
    const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const behind = (element: Element): number[] => {
    for (let at = element.parentElement; at !== null; at = at.parentElement) {
      const color = rgba(getComputedStyle(at).backgroundColor);
      if (color[3] === 255) return color;
    }
    return [255, 255, 255, 255];
  };
  const hasRing = (element: Element): boolean => {
    const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element);
    const color = rgba(outlineColor);
    if (outlineStyle === 'none' || Number.parseFloat(outlineWidth) < 2 || color[3] !== 255) return false;
    return contrast(color, behind(element)) >= 3;
  };
  const focused = document.activeElement;
  const moved = focused !== Reflect.get(window, 'focusedBefore');
  Reflect.set(window, 'focusedBefore', focused);
  if (focused === null || focused === document.body) return { moved, fault: null };
  const parts = [
    focused,
    focused.nextElementSibling,
    focused.parentElement,
    focused.closest('.mantine-Input-input, .cm-editor'),
  ];
  const isVisible = parts.some((part) => part !== null && hasRing(part));
  return { moved, fault: isVisible ? null : focused.outerHTML.slice(0, 200) };
}

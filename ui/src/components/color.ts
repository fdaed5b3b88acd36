// Reading environment colours, which people choose: which ink can be read on them. Pure.

/** `ink` on a fill of `#rrggbb`: the theme's dark or white, whichever has more contrast. */
export function inkOn(fill: string): "dark" | "light" {
  const luminance = relativeLuminance(fill);
  return (luminance + 0.05) / 0.055 > 1.05 / (luminance + 0.05) ? "dark" : "light";
}

/** 0 (black) to 1 (white), as WCAG 2 defines it; 0 for what is no `#rrggbb`. */
export function relativeLuminance(color: string): number {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color);
  if (!match) return 0;
  const [red = 0, green = 0, blue = 0] = match.slice(1).map((channel) => {
    const share = Number.parseInt(channel, 16) / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

// A button that is only an icon: as large as every control, named for those who cannot see it.
import type { ComponentProps, ReactNode } from "react";
import classes from "./IconButton.module.css";

type Props = Omit<ComponentProps<"button">, "type" | "aria-label"> & {
  label: string;
  size?: "control" | "small";
  children: ReactNode;
};

export function IconButton({ label, size = "control", children, ...others }: Props) {
  return (
    <button type="button" aria-label={label} className={classes.button} data-size={size} {...others}>
      {children}
    </button>
  );
}

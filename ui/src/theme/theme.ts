// Mantine in our measures: 28 px controls, one accent. Colours come from theme.css.
import {
  ActionIcon,
  Button,
  Checkbox,
  createTheme,
  Drawer,
  Input,
  InputWrapper,
  Menu,
  Modal,
  NumberInput,
  Popover,
  SegmentedControl,
  Select,
  TagsInput,
  Textarea,
  TextInput,
  Tooltip,
} from "@mantine/core";

const small = { defaultProps: { size: "sm" } } as const;

export const theme = createTheme({
  primaryColor: "blue",
  autoContrast: false,
  defaultRadius: "sm",
  cursorType: "default",
  respectReducedMotion: true,
  components: {
    Button: Button.extend({
      defaultProps: { size: "sm", variant: "default" },
      vars: (_theme, { variant, color }) => ({
        root: {
          "--button-height": "var(--control)",
          "--button-padding-x": "10px",
          "--button-fz": "13px",
          ...(variant === "filled" && !color ? { "--button-color": "var(--on-accent)" } : {}),
        },
      }),
      styles: { root: { fontWeight: 500 }, section: { marginInlineEnd: 6 } },
    }),
    ActionIcon: ActionIcon.extend({
      defaultProps: { variant: "subtle", color: "gray" },
      vars: () => ({
        root: {
          "--ai-size": "var(--control)",
          "--ai-color": "var(--muted)",
          "--ai-hover": "var(--hover)",
          "--ai-hover-color": "var(--text)",
        },
      }),
    }),
    Input: Input.extend({
      defaultProps: { size: "sm" },
      vars: (_theme, { error }) => ({
        wrapper: {
          "--input-height": "var(--control)",
          "--input-fz": "13px",
          "--input-padding": "8px",
          "--input-bg": "var(--surface)",
          "--input-bd": error ? "var(--warn)" : "color-mix(in srgb, var(--border-strong) 70%, var(--border))",
          // What is typed stays in plain ink beside its error, and a placeholder looks like no value.
          "--input-color": "var(--text)",
          "--input-placeholder-color": "var(--faint)",
          "--input-section-color": "var(--faint)",
        },
      }),
    }),
    InputWrapper: InputWrapper.extend({
      styles: {
        label: { fontSize: 12, fontWeight: 550, marginBottom: 4, color: "var(--muted)" },
        description: { fontSize: 12, lineHeight: "16px", marginBottom: 4, color: "var(--muted)" },
        error: { fontSize: 12, lineHeight: "16px", marginTop: 4, color: "var(--warn)" },
      },
    }),
    Checkbox: Checkbox.extend({ defaultProps: { size: "xs", radius: "xs" } }),
    SegmentedControl: SegmentedControl.extend({
      defaultProps: { withItemsBorders: false, transitionDuration: 80 },
      vars: () => ({
        root: {
          "--sc-font-size": "13px",
          "--sc-padding": "3px 10px",
          "--sc-shadow": "0 0 0 1px var(--border)",
        },
      }),
      styles: {
        root: { background: "var(--sunken)", padding: 2 },
        indicator: { background: "var(--raised)" },
        label: { fontWeight: 500, lineHeight: "18px" },
      },
    }),
    TextInput: TextInput.extend(small),
    Textarea: Textarea.extend(small),
    NumberInput: NumberInput.extend(small),
    TagsInput: TagsInput.extend({
      defaultProps: { size: "sm" },
      styles: { input: { minHeight: "var(--control)", paddingBlock: 2 }, inputField: { height: 22 } },
    }),
    Select: Select.extend({ defaultProps: { size: "sm", allowDeselect: false, checkIconPosition: "right" } }),
    // Locking the page's scroll would write a <style>; the page itself never scrolls.
    Modal: Modal.extend({
      defaultProps: {
        lockScroll: false,
        centered: true,
        radius: "md",
        padding: "md",
        // Who opens a dialog by shortcut types on at once: it is there in the same moment.
        transitionProps: { duration: 0 },
      },
      styles: {
        overlay: { background: "var(--backdrop)" },
        content: {
          background: "var(--raised)",
          border: "1px solid var(--border)",
          boxShadow: "var(--shadow)",
        },
        header: { background: "transparent", minHeight: 48, paddingBlock: 8 },
        title: { fontSize: 15, fontWeight: 600 },
      },
    }),
    Drawer: Drawer.extend({ defaultProps: { lockScroll: false, position: "right", padding: "md" } }),
    Menu: Menu.extend({
      defaultProps: {
        shadow: "md",
        radius: "sm",
        transitionProps: { duration: 60 },
        position: "bottom-start",
        // A menu has items and nothing else in it.
        withInitialFocusPlaceholder: false,
      },
    }),
    Popover: Popover.extend({
      defaultProps: { shadow: "md", radius: "sm", transitionProps: { duration: 60 } },
    }),
    Tooltip: Tooltip.extend({
      defaultProps: {
        openDelay: 250,
        transitionProps: { duration: 60 },
        events: { hover: true, focus: true, touch: false },
        withArrow: false,
      },
      styles: {
        tooltip: {
          background: "var(--text)",
          color: "var(--surface)",
          fontSize: 12,
          lineHeight: "16px",
          padding: "4px 8px",
          maxWidth: 320,
          whiteSpace: "normal",
        },
      },
    }),
  },
});

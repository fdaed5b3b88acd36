// What every page is built from.
export { ConfirmDialog } from "./ConfirmDialog";
export { CopyButton } from "./CopyButton";
export { copyText } from "./copy-text";
export { DistributionBar, type Share } from "./DistributionBar";
export { EmptyState } from "./EmptyState";
export { EnvironmentBadge } from "./EnvironmentBadge";
export { ErrorNote } from "./ErrorNote";
export { FilterInput } from "./FilterInput";
export * from "./format";
export { Kbd } from "./Kbd";
export { MenuButton, type MenuEntry } from "./MenuButton";
export { PageHeader } from "./PageHeader";
export { RelativeTime, useNow } from "./RelativeTime";
export { SkeletonRows } from "./SkeletonRows";
export { type GlyphState, StateGlyph } from "./StateGlyph";
export { Switch } from "./Switch";
export { ValueChip } from "./ValueChip";
export { type CellContext, type Column, type Sort, type TableHandle, VirtualTable } from "./VirtualTable";

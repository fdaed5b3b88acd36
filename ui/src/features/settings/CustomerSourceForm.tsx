// Placeholder: which table holds the customers. Also shown by first start, which goes on with `onSaved`.
export function CustomerSourceForm(_: { onSaved?: () => void }) {
  return null;
}

// Placeholder.
export function FlagPage() {
  return <h1>Flag</h1>;
}

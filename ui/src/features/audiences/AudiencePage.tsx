// Placeholder.
export function AudiencePage() {
  return <h1>Audience</h1>;
}

// Placeholder.
export function AudiencesPage() {
  return <h1>Audiences</h1>;
}

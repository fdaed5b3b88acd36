// Placeholder.
export function WhyPage() {
  return <h1>Why</h1>;
}

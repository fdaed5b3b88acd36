// Which SDKs read the flag in the time that the bars show.
import { formatCount, RelativeTime } from "@/components";
import type { SdkUsage } from "@/contract";
import { callWords } from "@/features/evaluations/model";
import classes from "./FlagEvaluations.module.css";

type Props = { sdks: ReadonlyArray<SdkUsage>; environmentName: string };

export function SdkTable({ sdks, environmentName }: Props) {
  if (sdks.length === 0) {
    return (
      <p className={classes.none}>
        No app asked for it in {environmentName} in this time. The Code tab shows how to read it.
      </p>
    );
  }
  return (
    <table className={classes.sdks}>
      <caption className="hidden">SDKs that read the flag</caption>
      <thead>
        <tr>
          <th scope="col">SDK</th>
          <th scope="col">Call</th>
          <th scope="col" data-align="end">
            Evaluations
          </th>
          <th scope="col" data-align="end">
            Last
          </th>
        </tr>
      </thead>
      <tbody>
        {sdks.map(({ sdk, source, environment, evaluations, lastAt }) => (
          <tr key={`${sdk} ${source} ${environment}`}>
            <td>
              <code title={sdk}>{sdk === "" ? "did not say" : sdk}</code>
            </td>
            <td>{callWords(source)}</td>
            <td data-align="end">{formatCount(evaluations)}</td>
            <td data-align="end">
              <RelativeTime at={lastAt} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

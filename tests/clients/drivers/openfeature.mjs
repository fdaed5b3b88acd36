// What OpenFeature's two clients have in common: calls by the type of the default, and an evaluation
// whose variant is the variation index as text.

const KIND = { boolean: "Boolean", string: "String", number: "Number", object: "Object" };

/** The calls that the tests make. `detail` is asked the client's method, the flag and its default. */
export function callsOf(detailOf, rest) {
  const detail = async (key, otherwise) => {
    const given = await detailOf(`get${KIND[typeof otherwise]}Details`, key, otherwise);
    const { value, variant, reason, errorCode } = given;
    return { value, index: variant === undefined ? null : Number(variant), reason, errorCode };
  };
  return {
    complaints: async () => [],
    detail,
    variation: async (key, otherwise) => (await detail(key, otherwise)).value,
    all: async () => null,
    flush: async () => {},
    ...rest,
  };
}

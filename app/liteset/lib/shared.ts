/** Makes calls of the same moment share one piece of work: whoever asks while it goes on gets what it comes to. */
export function shared<Result>(work: () => Promise<Result>): () => Promise<Result> {
  let current: Promise<Result> | undefined;
  return () => {
    current ??= work().finally(() => {
      current = undefined;
    });
    return current;
  };
}

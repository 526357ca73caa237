/* axe-core's violations as [rule, element, what to do]; axe itself has been loaded before. */
async (rules) => {
  const options = { runOnly: { type: "tag", values: rules }, resultTypes: ["violations"] };
  const { violations } = await axe.run(document, options);
  return violations.flatMap(({ id, nodes }) =>
    nodes.slice(0, 4).map((node) => [id, node.target.join(" "), node.failureSummary.split("\n").slice(1).join("; ")]),
  );
}

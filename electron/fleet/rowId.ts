/** The parts of a row's id, `CLUSTER/KIND/NAMESPACE/NAME`; names and namespaces hold no slash, what identifies a cluster may. */
export function partsOfRowId(id: string): { clusterId: string; namespace: string; name: string } {
  const [name = '', namespace = '', , ...cluster] = id.split('/').reverse();
  return { clusterId: cluster.reverse().join('/'), namespace, name };
}

/** A ClusterRole for people, to be bound in a namespace. */
export interface UserRole {
  /** `viewer` of `sluice-viewer`. */
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly rules: readonly object[];
}

const canaries = (...verbs: readonly string[]): object => ({
  apiGroups: ['flagger.app'],
  resources: ['canaries'],
  verbs,
});
const reads = ['get', 'list', 'watch'];

/**
 * Only reading is added to Kubernetes' own `view` (and by it to `edit` and `admin`): who may edit a namespace ships to it,
 * and an approval is there so that somebody else agrees.
 */
export const userRoles: readonly UserRole[] = [
  {
    name: 'viewer',
    labels: { 'rbac.authorization.k8s.io/aggregate-to-view': 'true' },
    rules: [
      {
        apiGroups: ['flagger.app'],
        resources: ['canaries', 'metrictemplates', 'alertproviders'],
        verbs: reads,
      },
    ],
  },
  { name: 'approver', rules: [canaries(...reads, 'patch', 'approve')] },
  { name: 'operator', rules: [canaries(...reads, 'patch', 'approve', 'promote')] },
];

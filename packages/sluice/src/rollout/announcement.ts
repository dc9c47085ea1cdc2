/** What people and event hooks are told once it is recorded. */
export interface Announcement {
  readonly type: 'Normal' | 'Warning';
  /** One word, CamelCase: what kubectl shows as REASON. */
  readonly reason: string;
  readonly message: string;
}

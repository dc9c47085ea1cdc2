export type PlatformName = 'slack' | 'telegram' | 'teams' | 'link';

/** A verdict that a button stands for. */
export type ButtonVerdict = 'approve' | 'reject';

export interface ChatButton {
  readonly verdict: ButtonVerdict;
  readonly label: string;
  /** At most 64 bytes of `A-Za-z0-9_.-`: what the platform sends back when the button is pressed. */
  readonly token: string;
}

/**
 * What is said about one approval. All texts are one printable line each, as others wrote them: a platform escapes them for its
 * own markup.
 */
export interface ChatMessage {
  /** What it is about, for programs. */
  readonly about: ChatSubject;
  /** `◷ prod/checkout waits for confirm-promotion` */
  readonly title: string;
  /** `Let checkout 2.4.1 take all prod traffic?`; empty once it is decided. */
  readonly question: string;
  readonly facts: readonly ChatFact[];
  /** Votes, and what became of the approval. */
  readonly outcome: readonly string[];
  /** Page of the approval in the console, where it has an address. It gives no rights. */
  readonly link?: string;
  /** Empty unless it waits. A platform without verified clicks shows the link instead. */
  readonly buttons: readonly ChatButton[];
}

export interface ChatSubject {
  /** Id of the approval. */
  readonly approval: string;
  /** Of the Canary. */
  readonly namespace: string;
  readonly name: string;
}

export interface ChatFact {
  readonly label: string;
  readonly value: string;
}

/** Where a message stands, as the platform names it. */
export interface MessageRef {
  readonly channel: string;
  readonly id: string;
}

/** A request to the callback listener. */
export interface CallbackRequest {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly rawBody: Buffer;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** A button that somebody pressed, verified to come from the platform. */
export interface Click {
  readonly kind: 'click';
  /** Id of the user in the platform. */
  readonly user: string;
  readonly token: string;
  /** What the user wrote; absent until it was asked for. */
  readonly reason?: string;
  /** What `reply` and `askReason` need: ids of the channel, of the click, of the dialog. */
  readonly handle: Readonly<Record<string, string>>;
}

/** A verified request that is no click: it is answered 200, and changes nothing. */
export interface Challenge {
  readonly kind: 'challenge';
}

/** A request that the platform did not send, or that cannot be read. */
export interface Refused {
  readonly kind: 'refused';
  readonly status: 400 | 401 | 404;
  /** One sentence without anything of the request. */
  readonly why: string;
}

/** One chat. Every method that waits rejects with `ChatError`, or with the signal's reason when aborted. */
export interface ChatPlatform {
  readonly name: PlatformName;
  /** Whether it sends clicks that can be verified. */
  readonly takesClicks: boolean;
  /** Whether `edit` replaces a message; else it posts a second one. */
  readonly edits: boolean;
  post(message: ChatMessage, signal: AbortSignal): Promise<MessageRef>;
  edit(ref: MessageRef, message: ChatMessage, signal: AbortSignal): Promise<void>;
  /** Waits for nothing: the platform hangs up after 3 s. */
  readClick(request: CallbackRequest): Click | Challenge | Refused;
  /** Tells the user of a click something that nobody else sees. */
  reply(click: Click, text: string, signal: AbortSignal): Promise<void>;
  /** Asks the user of a click for a reason, which comes back as a click of the same token. Absent: it cannot. */
  askReason?(click: Click, title: string, signal: AbortSignal): Promise<void>;
}

/** `readClick` of a platform without verified clicks. */
export const noClicks: Refused = { kind: 'refused', status: 404, why: 'this chat sends no clicks' };

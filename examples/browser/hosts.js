/** Where this scenario may go: this machine, said in numbers, and nowhere else. */

/** A sentence for the person at the terminal; `status` is the exit status of the program. */
export class Refusal extends Error {
  constructor(sentence, status = 1) {
    super(sentence);
    this.name = "Refusal";
    this.status = status;
  }
}

/**
 * Whether an address is http on 127.0.0.0/8 or [::1]. Names are not believed, `localhost` included: what a name
 * leads to is decided elsewhere, and may change between this look and the next. 0.0.0.0 is no loopback address.
 */
export function isLoopback(address) {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname } = new URL(address);
  // URL has written every spelling of an IPv4 address as four numbers by now.
  return protocol === "http:" && (/^127\.\d+\.\d+\.\d+$/.test(hostname) || hostname === "[::1]");
}

/** The origin of an address on this machine; throws a Refusal for any other. */
export function loopbackOrigin(address, what) {
  if (!isLoopback(address)) {
    const hint = "write its address in numbers, such as http://127.0.0.1:8000";
    throw new Refusal(`${what} must be on this machine, not at ${address}: ${hint}`, 2);
  }
  const url = new URL(address);
  if (url.username || url.password) throw new Refusal(`${what} is an address without a name and password in it`, 2);
  return url.origin;
}

package io.sluice.server.clients;

/** What a client does about an answer, or about none. */
enum Move {
    /** Asks again later; nothing has changed for any user. */
    WAIT,
    /** Lets more traffic on. */
    ADVANCE,
    /** Takes the traffic back. */
    TAKE_BACK
}

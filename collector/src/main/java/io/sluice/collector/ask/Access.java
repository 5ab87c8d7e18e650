package io.sluice.collector.ask;

import java.util.Optional;

import javax.net.ssl.SSLContext;

/**
 * How a server is spoken to.
 *
 * @param tls whom we trust, and who we are, over https; without it, whom the JDK trusts
 */
public record Access(Credentials credentials, Optional<SSLContext> tls) {

    /** As anybody would. */
    public static final Access OPEN = new Access(new Credentials.None(), Optional.empty());
}

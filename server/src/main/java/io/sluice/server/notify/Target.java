package io.sluice.server.notify;

import io.sluice.collector.ask.Access;
import io.sluice.engine.alert.Receiver;

/**
 * A receiver as the configuration describes it.
 *
 * @param name unique among receivers
 * @param access how its server is spoken to
 * @param grouped told once for all alerts of an SLO
 * @param form what it wants to be told
 */
public record Target(String name, Place place, Access access, boolean grouped, Form form) {

    /** What the engine needs to know of it. */
    public Receiver receiver() {
        return new Receiver(name, grouped, form instanceof AlertmanagerForm);
    }
}

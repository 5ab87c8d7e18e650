package io.sluice.examples.automation;

import java.io.IOException;

/** The proxy as the automation needs it. Thread-safe. */
public interface Traffic {
    /** Sends that share of a service's visits to the platform, 0..1. */
    void setShare(String service, double share) throws IOException, InterruptedException;
}

package io.sluice.examples.automation;

/** Puts builds in service behind the proxy, without traffic. Thread-safe. */
@FunctionalInterface
public interface Releases {
    /** Starts that version of the service and makes it the platform's side of it. */
    Gate.Deployment deploy(String service, String version);
}

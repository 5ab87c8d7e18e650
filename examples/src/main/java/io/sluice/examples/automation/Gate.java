package io.sluice.examples.automation;

import java.io.IOException;
import java.time.Instant;

/** Sluice as the automation needs it. Thread-safe. */
public interface Gate {
    /** Starts a run of the cutover for that revision; the run's name. */
    String startRun(String cutover, String revision) throws IOException, InterruptedException;

    /** Says that the traffic goes to that share from now on. Saying it twice is saying it once. */
    void reportStep(String cutover, String run, int index, double share)
            throws IOException, InterruptedException;

    /**
     * Asks whether the traffic may go on. Whatever is wrong with asking is a HOLD, never an
     * exception and never a GO.
     */
    GateAnswer decision(String cutover, String run, double share) throws InterruptedException;

    /** Tells of a deployment. */
    void reportDeployment(Deployment deployment) throws IOException, InterruptedException;

    /**
     * A version that went into service.
     *
     * @param committedAt when its newest change was committed
     */
    record Deployment(String service, String version, Instant deployedAt, Instant committedAt) {}
}

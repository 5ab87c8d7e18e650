package io.sluice.examples.automation;

import java.time.Instant;

/** Is told what the automation sees and does, as it happens, from several cutovers' threads. */
public interface Journal {
    /** The gate answered; told for every answer. */
    void answered(String cutover, GateAnswer answer, Instant at);

    /** The automation did something; one short sentence. */
    void did(String cutover, String sentence, Instant at);
}

package io.sluice.examples.simulation;

import java.util.random.RandomGenerator;

/** Where a customer sits. */
public enum Region {
    EU_WEST("eu-west"),
    US_EAST("us-east"),
    AP_SOUTH("ap-south");

    private final String tag;

    Region(String tag) {
        this.tag = tag;
    }

    /** As it stands in telemetry. */
    public String tag() {
        return tag;
    }

    /** Half of the customers are European, a third American. */
    public static Region any(RandomGenerator random) {
        int draw = random.nextInt(6);
        return draw < 3 ? EU_WEST : draw < 5 ? US_EAST : AP_SOUTH;
    }
}

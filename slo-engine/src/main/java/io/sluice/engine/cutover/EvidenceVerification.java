package io.sluice.engine.cutover;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What became of verifying an exported run.
 *
 * @param engines the versions that its decisions were made by
 * @param method the arithmetic that they were made with
 * @param decisions how many there are
 * @param verdicts how many of each
 * @param head the last decision's digest: noted elsewhere, it vouches for the whole run
 * @param differences the first ones, in the order of the file
 * @param left how many more there are
 */
public record EvidenceVerification(
        Outcome outcome,
        String cutover,
        int run,
        String revision,
        List<String> engines,
        String method,
        int decisions,
        Map<String, Integer> verdicts,
        String head,
        List<Difference> differences,
        long left) {
    public EvidenceVerification {
        engines = List.copyOf(engines);
        verdicts = new TreeMap<>(verdicts);
        differences = List.copyOf(differences);
    }

    /** What differs, and where. */
    public record Difference(long line, String text) {}

    /** The four ends. */
    public enum Outcome {
        /** Every verdict follows from its counts, and nothing is missing. */
        VERIFIED,
        DIFFERS,
        /** The chain holds; its verdicts were computed by an arithmetic that is not known here. */
        OTHER_METHOD,
        /** The file is none that was exported. */
        NOT_EVIDENCE
    }

    /** The version that verifies. */
    public static String engine() {
        return EvidenceRecord.ENGINE;
    }

    static EvidenceVerification notEvidence(String why) {
        return new EvidenceVerification(
                Outcome.NOT_EVIDENCE,
                "",
                0,
                "",
                List.of(),
                "",
                0,
                Map.of(),
                "",
                List.of(new Difference(1, why)),
                0);
    }
}

package io.sluice.engine.cutover;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Holds a run's records against their digests and each against the one before. Used by one thread;
 * records come in their order.
 */
final class EvidenceChain {
    private Optional<EvidenceRecord.Link> last = Optional.empty();

    /** The last record's digest; empty before the first. */
    String head() {
        return last.map(EvidenceRecord.Link::sha256).orElse("");
    }

    /**
     * Takes the next record.
     *
     * @param sha256 the digest that it is said to have
     * @return what differs, in sentences; empty if nothing does
     */
    List<String> differences(String id, String sha256, JsonNode record) {
        List<String> differences = new ArrayList<>();
        String digest = CanonicalJson.sha256(CanonicalJson.canonical(record));
        if (!digest.equals(sha256)) {
            differences.add("its content has the digest " + digest + ", not " + sha256);
        }
        linked(EvidenceRecord.previous(record)).ifPresent(differences::add);
        last = Optional.of(new EvidenceRecord.Link(id, sha256));
        return differences;
    }

    private Optional<String> linked(Optional<EvidenceRecord.Link> named) {
        if (named.equals(last)) {
            return Optional.empty();
        }
        return Optional.of(
                "it follows "
                        + named.map(EvidenceChain::said).orElse("nothing")
                        + ", and before it is "
                        + last.map(EvidenceChain::said).orElse("nothing"));
    }

    private static String said(EvidenceRecord.Link link) {
        return link.id() + " with the digest " + link.sha256();
    }
}

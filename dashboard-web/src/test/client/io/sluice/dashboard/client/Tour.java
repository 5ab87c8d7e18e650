package io.sluice.dashboard.client;

import io.sluice.client.ApiClient;
import io.sluice.client.ApiException;
import io.sluice.client.api.CutoversApi;
import io.sluice.client.api.DeploymentsApi;
import io.sluice.client.api.EvidenceApi;
import io.sluice.client.api.SilencesApi;
import io.sluice.client.api.SlosApi;
import io.sluice.client.model.Decision;
import io.sluice.client.model.Deployment;
import io.sluice.client.model.NewSilence;
import io.sluice.client.model.ReportStep;
import io.sluice.client.model.Slo;
import io.sluice.client.model.StartRun;
import io.sluice.client.model.StartedRun;

import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * What a pipeline would do with the generated client, in its typed calls. Compiled together with
 * it, by the test that generates it.
 */
public final class Tour implements Function<String, List<String>> {
    private final List<String> seen = new ArrayList<>();

    /** Calls the server at the address, and says what it saw. */
    @Override
    public List<String> apply(String address) {
        ApiClient client = new ApiClient();
        client.updateBaseUri(address);
        try {
            look(client);
            change(client);
        } catch (ApiException e) {
            throw new IllegalStateException(e.getCode() + " " + e.getResponseBody(), e);
        }
        return seen;
    }

    private void look(ApiClient client) throws ApiException {
        SlosApi slos = new SlosApi(client);
        Slo checkout = slos.getSlo("checkout-success");
        seen.add(checkout.getTier() + " " + checkout.getObjectives().getFirst().getState());
        // More than an int holds is still itself.
        seen.add("total " + checkout.getObjectives().getFirst().getTotal());
        Slo cold = slos.getSlo("cold-start");
        seen.add("unmeasured " + cold.getObjectives().getFirst().getSli());
        seen.add(
                slos.getBurnDown("checkout-success", 0, null, null, 40).getPoints().size()
                        + " points");
        Decision decision = new CutoversApi(client).getDecision("checkout", null);
        seen.add("checkout " + decision.getDecision() + " " + decision.getDecisionCode());
        seen.add(
                "evidence "
                        + (new EvidenceApi(client).getEvidence(decision.getEvidence().getId())
                                != null));
        try {
            slos.getSlo("none");
        } catch (ApiException e) {
            seen.add(e.getCode() + " " + e.getResponseBody().contains("there is no SLO"));
        }
    }

    private void change(ApiClient client) throws ApiException {
        CutoversApi cutovers = new CutoversApi(client);
        StartedRun run = cutovers.startRun("auth", new StartRun().revision("auth-3"));
        cutovers.reportStep("auth", run.getRun(), new ReportStep().index(0).share(0.01));
        seen.add("auth " + cutovers.getCutover("auth").getRun().getRevision());
        OffsetDateTime at = OffsetDateTime.of(2026, 2, 14, 9, 0, 0, 0, ZoneOffset.UTC);
        seen.add(
                "deployed "
                        + new DeploymentsApi(client)
                                .recordDeployment(
                                        new Deployment()
                                                .service("cart")
                                                .version("2")
                                                .deployedAt(at))
                                .getDeployedAt()
                                .isEqual(at));
        SilencesApi silences = new SilencesApi(client);
        String silence =
                silences.silence(new NewSilence().until(at.plusHours(9)).reason("deploying"))
                        .getId();
        silences.endSilence(silence);
        seen.add("silences " + silences.listSilences(null, null).getSilences().size());
    }
}

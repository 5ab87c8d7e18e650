package io.sluice.server.cli;

import com.fasterxml.jackson.databind.JsonNode;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.concurrent.Callable;

/** {@code sluice status}: what a person on call wants to know first, as text. */
@Command(
        name = "status",
        description =
                "Prints what fires, the objectives and the cutovers of a running server. For"
                        + " programs there is the API.",
        mixinStandardHelpOptions = true,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:answered, whatever the state",
            "2:usage, or the server refuses",
            "4:the server cannot be reached"
        })
final class StatusCommand implements Callable<Integer> {
    private static final int REFUSED = 2;

    @Mixin private Api api = new Api();

    @Spec private CommandSpec spec = CommandSpec.create();

    /** The server answered, and not what was asked for. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1;

        private final int status;

        RefusedException(Api.Answer answer) {
            super(Api.detail(answer.body()));
            this.status = answer.status();
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try {
            StatusText text = new StatusText();
            JsonNode page = ask("/api/v1/slos");
            text.slos(page);
            while (page.path("next").isTextual()) {
                page = ask("/api/v1/slos?cursor=" + Api.encoded(page.path("next").asText()));
                text.slos(page);
            }
            text.alerts(ask("/api/v1/alerts"));
            text.cutovers(ask("/api/v1/cutovers"));
            text.print(out);
            return 0;
        } catch (RefusedException e) {
            err.println(api.url() + " refuses: " + e.getMessage());
            return Api.exitCode(e.status, REFUSED);
        } catch (IOException e) {
            err.println(api.unanswered(e));
            return Api.UNREACHABLE;
        } finally {
            out.flush();
            err.flush();
        }
    }

    private JsonNode ask(String path) throws IOException, InterruptedException, RefusedException {
        Api.Answer answer = api.get(path);
        if (answer.status() != 200) {
            throw new RefusedException(answer);
        }
        return answer.body();
    }
}

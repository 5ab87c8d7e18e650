package io.sluice.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.javalin.http.HandlerType;
import io.javalin.router.Endpoint;
import io.javalin.security.Roles;
import io.sluice.dashboard.fake.FakeEngine;
import io.sluice.dashboard.security.Principal;
import io.sluice.dashboard.security.Role;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Who may go where, as one table that a reviewer reads: {@code routes.txt}. Every route that the
 * server has is in it, and is walked by nobody, and by a holder of each single role.
 */
final class RoutesTest {
    private static final Path TABLE = Path.of("src/test/resources/io/sluice/dashboard/routes.txt");

    /** More than a refusal says; streams would go on. */
    private static final int ENOUGH_BYTES = 2_000;

    private static Dashboard dashboard;

    @BeforeAll
    static void start() {
        dashboard =
                Dashboard.of(
                        FakeEngine.shopFlow(),
                        Arrays.stream(Role.values())
                                .collect(
                                        Collectors.toMap(
                                                RoutesTest::token,
                                                role ->
                                                        new Principal(
                                                                "only-" + role.word(),
                                                                Set.of(role)))));
    }

    @AfterAll
    static void stop() {
        dashboard.close();
    }

    @Test
    void everyRouteIsInTheTable_andNothingElse() throws IOException {
        Set<String> routes = new TreeSet<>();
        for (Endpoint endpoint : dashboard.routes()) {
            if (endpoint.method.equals(HandlerType.HEAD)) {
                assertThat(words(endpoint)).as(endpoint.path).isEqualTo(words(get(endpoint.path)));
            } else {
                routes.add(endpoint.method.name() + " " + path(endpoint) + " " + words(endpoint));
            }
        }

        assertThat(routes)
                .as("a new route is a line in " + TABLE + ", so that somebody looks at its role")
                .containsExactlyInAnyOrderElementsOf(Files.readAllLines(TABLE));
    }

    @Test
    void everyRouteIsWalked_byNobodyAndByEachRole() throws Exception {
        List<String> wrong = new ArrayList<>();
        for (Endpoint endpoint : dashboard.routes()) {
            Optional<Set<Role>> enough = enough(endpoint);
            Answer nobody = ask(endpoint, Optional.empty());
            // The form that asks for a token says 401 by itself, to a wrong one.
            boolean unknown =
                    nobody.status() == 401
                            && (endpoint.method.equals(HandlerType.HEAD)
                                    || nobody.text().contains("a valid token is needed"));
            if (enough.isPresent() != unknown) {
                wrong.add(endpoint.method + " " + endpoint.path + " for nobody: " + nobody);
            }
            for (Role role : Role.values()) {
                Answer answer = ask(endpoint, Optional.of(role));
                boolean passes = enough.map(roles -> roles.contains(role)).orElse(true);
                // Some doors say no with 403 by themselves; a role that is missing is named.
                boolean refused =
                        answer.status() == 403
                                && (endpoint.method.equals(HandlerType.HEAD)
                                        || answer.text().contains("lacks the role"));
                if (answer.status() == 401 && enough.isPresent() || passes == refused) {
                    wrong.add(endpoint.method + " " + endpoint.path + " for " + role + answer);
                }
            }
        }

        assertThat(wrong).isEmpty();
    }

    private static Endpoint get(String path) {
        return dashboard.routes().stream()
                .filter(endpoint -> endpoint.method.equals(HandlerType.GET))
                .filter(endpoint -> endpoint.path.equals(path))
                .findFirst()
                .orElseThrow();
    }

    private static Optional<Set<Role>> enough(Endpoint endpoint) {
        String words = words(endpoint);
        if (words.equals("anybody")) {
            return Optional.empty();
        }
        return Optional.of(
                EnumSet.copyOf(
                        Arrays.stream(Role.values())
                                .filter(role -> List.of(words.split("\\|")).contains(role.word()))
                                .toList()));
    }

    private static String words(Endpoint endpoint) {
        Roles roles = endpoint.metadata(Roles.class);
        if (roles == null || roles.getRoles().isEmpty()) {
            boolean reads =
                    endpoint.method.equals(HandlerType.GET)
                            || endpoint.method.equals(HandlerType.HEAD);
            return (reads ? Role.READ : Role.OPERATE).word();
        }
        return roles.getRoles().stream()
                .map(role -> role instanceof Role ours ? ours.word() : "anybody")
                .sorted()
                .collect(Collectors.joining("|"));
    }

    /** Assets lie under a digest that changes with them. */
    private static String path(Endpoint endpoint) {
        return endpoint.path.replaceAll("^/assets/[0-9a-f]+/", "/assets/DIGEST/");
    }

    private record Answer(int status, String text) {}

    private static Answer ask(Endpoint endpoint, Optional<Role> by) throws Exception {
        String path =
                endpoint.path
                        .replace("{key}", by.map(RoutesTest::token).orElse("nobodys"))
                        .replaceAll("\\{\\w+}", "x");
        HttpRequest.Builder request =
                dashboard
                        .request(path)
                        .method(endpoint.method.name(), HttpRequest.BodyPublishers.noBody());
        by.ifPresent(role -> request.header("Authorization", "Bearer " + token(role)));
        var answer = dashboard.sendForStream(request);
        try (InputStream in = answer.body()) {
            byte[] bytes = answer.statusCode() == 200 ? new byte[0] : in.readNBytes(ENOUGH_BYTES);
            return new Answer(answer.statusCode(), new String(bytes, StandardCharsets.UTF_8));
        }
    }

    private static String token(Role role) {
        return "token-of-" + role.word() + "-0001";
    }

    @Test
    void theRoleOfARouteIsTheRoutersOwn_howeverAPathIsWritten() {
        Map<String, String> read = Map.of("Authorization", "Bearer " + token(Role.READ));
        for (String path :
                List.of(
                        "/api/v1/traces/",
                        "/api/v1//traces",
                        "/api/v1/%74races",
                        "/api/v1/./traces",
                        "/api/v1/slos/../traces",
                        "/API/v1/traces",
                        "/api/v1/traces;x=1",
                        "/api/v1/traces%2f")) {
            int status =
                    dashboard.get(path, "Authorization", read.get("Authorization")).statusCode();
            assertThat(status).as(path).isIn(400, 403, 404);
        }
    }
}

package io.sluice.dashboard.pages;

import io.sluice.engine.SloEngine;
import io.sluice.engine.slo.SloStatus;

import java.util.List;

/** Every alert that is or was. */
public record AlertsPage(List<AlertRow> active, List<AlertRow> past) {
    static AlertsPage of(SloEngine engine) {
        List<SloStatus> slos = engine.slos();
        return new AlertsPage(
                AlertRow.active(engine.alerts(), slos, engine.now()),
                AlertRow.past(engine.alerts(), slos, engine.now()));
    }
}

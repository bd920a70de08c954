package dev.imdsanalyzer.tcp.connection;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.packet.Travel;
import org.junit.jupiter.api.Test;

class AnswerPathTest {
    private byte seen;

    @Test
    void answersThatOnlyLeaveWhileNoRequestGoesOnWereMadeHere() {
        request(Travel.IN).answer(Travel.OUT).request(Travel.IN).answer(Travel.OUT);
        assertThat(AnswerPath.isLocal(seen)).isTrue();
    }

    @Test
    void answersOnTheLoopbackDeviceWereMadeHere() {
        onLoopback(true);
        onLoopback(false);
        assertThat(AnswerPath.isLocal(seen)).isTrue();
    }

    @Test
    void noAnswerSaysNothing() {
        request(Travel.IN);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
    }

    @Test
    void oneAnswerThatComesInIsEnoughForIt() {
        request(Travel.IN).answer(Travel.OUT).answer(Travel.IN);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
        answer(Travel.OUT);
        onLoopback(false);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
    }

    @Test
    void requestThatGoesOnMayReachImdsThoughNoAnswerWasSeenComing() {
        request(Travel.IN).request(Travel.OUT).answer(Travel.OUT);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
    }

    @Test
    void hostsOwnRequestThatLeavesIsNoLocalOne() {
        request(Travel.OUT).answer(Travel.IN);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
    }

    @Test
    void captureThatTellsNoDirectionProvesNothing() {
        request(Travel.UNKNOWN).answer(Travel.UNKNOWN);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
        request(Travel.IN).answer(Travel.UNKNOWN).answer(Travel.OUT);
        assertThat(AnswerPath.isLocal(seen)).isFalse();
    }

    private AnswerPathTest request(Travel travel) {
        return note(true, travel, false);
    }

    private AnswerPathTest answer(Travel travel) {
        return note(false, travel, false);
    }

    /** The capture shows a packet there once, coming in. */
    private void onLoopback(boolean fromClient) {
        note(fromClient, Travel.IN, true);
    }

    private AnswerPathTest note(boolean fromClient, Travel travel, boolean loopback) {
        TcpSegment segment = new TcpSegment();
        segment.fromClient = fromClient;
        segment.travel = travel;
        segment.loopback = loopback;
        seen = AnswerPath.noted(seen, segment);
        return this;
    }
}

package dev.imdsanalyzer.tcp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.imdsanalyzer.packet.TcpSegment;
import dev.imdsanalyzer.packet.Travel;
import org.junit.jupiter.api.Test;

class AnswerPathTest {
    private final AnswerPath path = new AnswerPath();

    @Test
    void answersThatOnlyLeaveWhileNoRequestGoesOnWereMadeHere() {
        request(Travel.IN).answer(Travel.OUT).request(Travel.IN).answer(Travel.OUT);
        assertThat(path.isLocal()).isTrue();
    }

    @Test
    void answersOnTheLoopbackDeviceWereMadeHere() {
        onLoopback(true);
        onLoopback(false);
        assertThat(path.isLocal()).isTrue();
    }

    @Test
    void noAnswerSaysNothing() {
        request(Travel.IN);
        assertThat(path.isLocal()).isFalse();
    }

    @Test
    void oneAnswerThatComesInIsEnoughForIt() {
        request(Travel.IN).answer(Travel.OUT).answer(Travel.IN);
        assertThat(path.isLocal()).isFalse();
        answer(Travel.OUT);
        onLoopback(false);
        assertThat(path.isLocal()).isFalse();
    }

    @Test
    void requestThatGoesOnMayReachImdsThoughNoAnswerWasSeenComing() {
        request(Travel.IN).request(Travel.OUT).answer(Travel.OUT);
        assertThat(path.isLocal()).isFalse();
    }

    @Test
    void hostsOwnRequestThatLeavesIsNoLocalOne() {
        request(Travel.OUT).answer(Travel.IN);
        assertThat(path.isLocal()).isFalse();
    }

    @Test
    void captureThatTellsNoDirectionProvesNothing() {
        request(Travel.UNKNOWN).answer(Travel.UNKNOWN);
        assertThat(path.isLocal()).isFalse();
        request(Travel.IN).answer(Travel.UNKNOWN).answer(Travel.OUT);
        assertThat(path.isLocal()).isFalse();
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
        path.note(segment);
        return this;
    }
}

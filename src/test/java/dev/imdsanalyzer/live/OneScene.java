package dev.imdsanalyzer.live;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** One scene for all tests of a class, which run one after the other. */
abstract class OneScene {
    @TempDir
    static Path folder;

    static ImdsScene scene;

    @BeforeAll
    static void layOut() {
        scene = ImdsScene.create(folder, 0);
    }

    @AfterAll
    static void takeDown() {
        if (scene != null) {
            scene.close();
            scene = null;
        }
    }
}

package dev.imdsanalyzer.process.script;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProgramNameTest {
    /** A script as it is run here, the same as it is run elsewhere or another time, and what both are called. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /opt/jobs/backup.sh | /opt/jobs/backup.sh | backup.sh
            backup.sh | backup.sh | backup.sh
            /opt/report-2024.py | /opt/report-2024.py | report-2024.py
            http.server | http.server | http.server
            com.example.Main | com.example.Main | com.example.Main
            /srv/app-1.2.3.jar | /srv/app-1.3.0-SNAPSHOT.jar | app.jar
            /opt/shop-2.0.1/lib/shop-2.0.1.jar | /opt/shop-2.1.0/lib/shop-2.1.0.jar | shop.jar
            /tmp/surefire/surefirebooter20251130123456789_3.jar | /tmp/surefire/surefirebooter20251201123456789_3.jar | surefirebooter*_3.jar
            /tmp/tmp.Xa81kQz0pL/run.sh | /tmp/tmp.0Plkq9ZZaB/run.sh | run.sh
            /tmp/tmp.Xa81kQz0pL | /tmp/tmp.0Plkq9ZZaB | tmp.*
            /tmp/tmpab1_9zqq.py | /tmp/tmpqq1x9zab.py | tmp*.py
            /tmp/jenkins1234567890123.sh | /tmp/jenkins9876543210.sh | jenkins*.sh
            /home/ci/.npm/_npx/1bd2e3f4a5b6c7d8/node_modules/.bin/cowsay | /home/ci/.npm/_npx/9bd2e3f4a5b6c7d9/node_modules/.bin/cowsay | cowsay
            /root/.cache/pipx/3c2b1a0f9e8d7c6/bin/pycowsay | /root/.cache/pipx/4c2b1a0f9e8d7c7/bin/pycowsay | pycowsay
            /root/.local/share/pipx/venvs/httpie/bin/http | /root/.local/share/pipx/venvs/httpie/bin/http | http
            /var/lib/cloud/instance/scripts/part-001 | /var/lib/cloud/instances/i-0123456789abcdef0/scripts/part-001 | cloud-init: part-001
            /var/lib/cloud/scripts/per-boot/register.sh | /var/lib/cloud/scripts/per-boot/register.sh | cloud-init: register.sh
            /var/lib/amazon/ssm/i-0123456789abcdef0/document/orchestration/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/awsrunShellScript/0.awsrunShellScript/_script.sh | /var/lib/amazon/ssm/i-0fedcba9876543210/document/orchestration/1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f1/awsrunShellScript/0.awsrunShellScript/_script.sh | ssm: 0.awsrunShellScript
            /var/lib/jenkins/workspace/shop-deploy@tmp/durable-8a7b6c5d/script.sh | /var/lib/jenkins/workspace/shop-deploy@2@tmp/durable-0a0b0c0d/script.sh.copy | jenkins: shop-deploy
            /builds/scripts-42-4711/step_script | /scripts-42-4712/step_script | gitlab: step_script
            /home/runner/_work/_temp/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | /opt/r/_work/_temp/1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | github-actions
            /tmp/airflowtmpab12cd34/job.sh | /tmp/airflowtmpzz12cd34/job.sh | job.sh
            /var/lib/amazon/toe/TOE_2026-11-30_12-34-56_UTC-0_a/run.sh | /var/lib/amazon/toe/TOE_2026-12-01_01-02-03_UTC-0_a/run.sh | run.sh
            /tmp/__salt.tmp.ab_defgh.sh | /tmp/__salt.tmp.q1w2e3r4.sh | __salt.tmp.*.sh
            /opt/codedeploy-agent/deployment-root/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/d-ABC123DEF/deployment-archive/scripts/start.sh | /opt/codedeploy-agent/deployment-root/1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0/d-XYZ987UVW/deployment-archive/scripts/start.sh | codedeploy: start.sh
            /codebuild/output/tmp/script.sh | /codebuild/output/tmp/script.sh | codebuild
            /tmp/script_12.sh | /tmp/script_4711.sh | packer
            /tmp/terraform_99.sh | /tmp/terraform_1733000000.sh | terraform
            /tmp/chef-script20241130-4711-x1y2z3 | /tmp/chef-script20241201-99-q1w2e3 | chef
            /var/lib/rundeck/tmp/12-3-web-dispatch-script.tmp.sh | /tmp/13-4-db-dispatch-script.tmp.sh | rundeck
            /__w/_temp/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | /home/runner/work/_temp/1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | github-actions
            /home/vsts/work/_temp/0f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | /opt/azagent/_work/_temp/1f1e2d3c-4b5a-6978-8796-a5b4c3d2e1f0.sh | azure-pipelines
            /var/tmp/ansible-tmp-1732900001.99-4712-12/AnsiballZ_uri.py | /var/tmp/ansible-tmp-1732900002.11-1-9/AnsiballZ_uri.py | ansible: uri
            /etc/eks/bootstrap.sh | /etc/eks/bootstrap.sh | eks: bootstrap.sh
            /home/u/.ansible/tmp/ansible-tmp-1732900000.12-4711-99/AnsiballZ_uri.py | /root/.ansible/tmp/ansible-tmp-1732900001.99-4712-12/AnsiballZ_uri.py | ansible: uri
            """)
    void isTheSameInEveryRunAndOnEveryHost(String here, String there, String name) {
        assertThat(ProgramName.of(here)).isEqualTo(name);
        assertThat(ProgramName.of(there)).isEqualTo(name);
        assertThat(ProgramName.stable(there)).isEqualTo(ProgramName.stable(here));
    }

    @ParameterizedTest
    @CsvSource({
        "/opt/a/run.sh, /opt/b/run.sh",
        "/opt/web1.py, /opt/web2.py",
        "/var/lib/jenkins/workspace/a@tmp/durable-8a7b6c5d/script.sh, /var/lib/jenkins/workspace/b@tmp/durable-8a7b6c5d/script.sh",
        "com.example.A, com.example.B",
        "/tmp/script_a.sh, /tmp/script_b.sh",
        "/opt/tmp.a/x.sh, /opt/tmp.b/x.sh",
        "/srv/facade.sh, /srv/deadbeef.sh",
    })
    void tellsScriptsApart(String one, String other) {
        assertThat(ProgramName.stable(one)).isNotEqualTo(ProgramName.stable(other));
    }
}

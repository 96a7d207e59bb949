"""The failover drill: the whole installation on loopback, people at work in it, and things killed under them.

`make failover-drill` (`python -m tools.availability`). Three etcd, three PostgreSQL under Patroni with a synchronous
standby, HAProxy before two web processes, the worker, the sealer, the daily work, the demo's OpenID providers. The
configuration is that of `deploy/ha/`, filled in.

needs       what must be installed, by the name of its package
filling     fills in a file of deploy/ha
certificates  a certificate authority and a certificate for this machine, made for one drill
running     processes: started, started again as systemd would, killed, stopped, all by their id; free ports
cluster     etcd and Patroni; who leads; a node killed and started again
site        the register on it
browser     a person's browser: forms, what came back, what was kept, sent again
people      what they do, and what they were told is done
ledger      what was acknowledged, against what is there
looking     looks for each act afterwards, in the database and in her own hands
rounds      what is killed, and how long nobody could write
telling     what a drill says at its end, and whether it went well
"""

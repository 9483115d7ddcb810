BEGIN TRANSACTION;
CREATE TABLE alembic_version (
	version_num VARCHAR(32) NOT NULL, 
	CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num)
);
INSERT INTO "alembic_version" VALUES('v3.2.0.a');
CREATE TABLE studies (
	study_id INTEGER NOT NULL, 
	study_name VARCHAR(512) NOT NULL, 
	PRIMARY KEY (study_id)
);
INSERT INTO "studies" VALUES(1,'source');
INSERT INTO "studies" VALUES(2,'toy');
CREATE TABLE study_directions (
	study_direction_id INTEGER NOT NULL, 
	direction VARCHAR(8) NOT NULL, 
	study_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	PRIMARY KEY (study_direction_id), 
	UNIQUE (study_id, objective), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_directions" VALUES(1,'MAXIMIZE',1,0);
INSERT INTO "study_directions" VALUES(2,'MINIMIZE',1,1);
INSERT INTO "study_directions" VALUES(3,'MAXIMIZE',2,0);
INSERT INTO "study_directions" VALUES(4,'MINIMIZE',2,1);
CREATE TABLE study_system_attributes (
	study_system_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_system_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_system_attributes" VALUES(1,1,'study:metric_names','["accuracy", "flops"]');
INSERT INTO "study_system_attributes" VALUES(2,2,'study:metric_names','["accuracy", "flops"]');
CREATE TABLE study_user_attributes (
	study_user_attribute_id INTEGER NOT NULL, 
	study_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (study_user_attribute_id), 
	UNIQUE (study_id, "key"), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "study_user_attributes" VALUES(1,1,'format','1');
INSERT INTO "study_user_attributes" VALUES(2,1,'bounds','{"reference_loss": 0.5, "lowest_cost": 2400, "highest_cost": 19200, "best_loss": 0.0}');
INSERT INTO "study_user_attributes" VALUES(3,1,'settings','{"space": "toy", "epochs": 9, "rungs": [1, 3, 9]}');
INSERT INTO "study_user_attributes" VALUES(4,1,'id','"42dfa060ccdb46e5b61cfca75b3ad7ed"');
INSERT INTO "study_user_attributes" VALUES(5,2,'format','1');
INSERT INTO "study_user_attributes" VALUES(6,2,'bounds','{"reference_loss": 0.5, "lowest_cost": 2400, "highest_cost": 19200, "best_loss": 0.0}');
INSERT INTO "study_user_attributes" VALUES(7,2,'earlier','{"study": "source", "results": [{"answers": {"width1": 8, "width2": 8, "width3": 8}, "losses": {"1": -0.5902578527484902, "3": -0.6962371207310037, "9": -1.1048017463415118}, "on_front": true}, {"answers": {"width1": 24, "width2": 8, "width3": 8}, "losses": {"1": -0.6345793457380535, "3": -0.7519883376130175, "9": -1.219974544511256}, "on_front": true}, {"answers": {"width1": 32, "width2": 16, "width3": 64}, "losses": {"1": -0.7034384563046222, "3": -0.8399297717676153, "9": -1.4174914750962575}, "on_front": true}, {"answers": {"width1": 16, "width2": 8, "width3": 8}, "losses": {"1": -0.6161666859090635, "3": -0.7287498649794011, "9": -1.17113215214891}, "on_front": true}, {"answers": {"width1": 16, "width2": 64, "width3": 8}, "losses": {"1": -0.6893945615556406}, "on_front": false}, {"answers": {"width1": 24, "width2": 24, "width3": 8}, "losses": {"1": -0.6597946524240795, "3": -0.7839975581758987, "9": -1.2893991859484906}, "on_front": true}, {"answers": {"width1": 40, "width2": 64, "width3": 48}, "losses": {"1": -0.7197008516668747, "3": -0.8609503412210617, "9": -1.468169135028187}, "on_front": true}, {"answers": {"width1": 8, "width2": 8, "width3": 16}, "losses": {"1": -0.6161666859090635}, "on_front": false}, {"answers": {"width1": 32, "width2": 8, "width3": 40}, "losses": {"1": -0.6835248817120184, "3": -0.8143239668734962, "9": -1.3577008537247033}, "on_front": true}, {"answers": {"width1": 8, "width2": 8, "width3": 32}, "losses": {"1": -0.6486055371356368, "3": -0.7697668330062096, "9": -1.2582129380729843}, "on_front": true}, {"answers": {"width1": 56, "width2": 16, "width3": 56}, "losses": {"1": -0.7107476894893111, "3": -0.8493652262460641, "9": -1.440053402530396}, "on_front": true}, {"answers": {"width1": 8, "width2": 16, "width3": 8}, "losses": {"1": -0.6161666859090635}, "on_front": false}, {"answers": {"width1": 56, "width2": 56, "width3": 8}, "losses": {"1": -0.7072547541106239}, "on_front": false}, {"answers": {"width1": 16, "width2": 16, "width3": 32}, "losses": {"1": -0.6690188468975938, "3": -0.7957620252353208, "9": -1.3155886477411496}, "on_front": true}, {"answers": {"width1": 24, "width2": 48, "width3": 16}, "losses": {"1": -0.6893945615556406, "3": -0.8218563587645243, "9": -1.3750784881513058}, "on_front": true}, {"answers": {"width1": 48, "width2": 8, "width3": 40}, "losses": {"1": -0.6945918329304074, "3": -0.8285363669956411, "9": -1.3906345944081915}, "on_front": true}, {"answers": {"width1": 32, "width2": 8, "width3": 32}, "losses": {"1": -0.6768126389979272, "3": -0.8057256111433578, "9": -1.3380700344778342}, "on_front": true}, {"answers": {"width1": 24, "width2": 64, "width3": 24}, "losses": {"1": -0.7034384563046222}, "on_front": false}, {"answers": {"width1": 56, "width2": 48, "width3": 64}, "losses": {"1": -0.7246928894308335, "3": -0.8674231906610307, "9": -1.4840836135415747}, "on_front": true}, {"answers": {"width1": 64, "width2": 64, "width3": 8}, "losses": {"1": -0.7139628454853956}, "on_front": false}]}');
INSERT INTO "study_user_attributes" VALUES(8,2,'settings','{"space": "toy", "epochs": 9, "rungs": [1, 3, 9]}');
INSERT INTO "study_user_attributes" VALUES(9,2,'id','"9220116bb4384b77be2a2f51827f2da9"');
CREATE TABLE trial_heartbeats (
	trial_heartbeat_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	heartbeat DATETIME NOT NULL, 
	PRIMARY KEY (trial_heartbeat_id), 
	UNIQUE (trial_id), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_intermediate_values (
	trial_intermediate_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	step INTEGER NOT NULL, 
	intermediate_value FLOAT, 
	intermediate_value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_intermediate_value_id), 
	UNIQUE (trial_id, step), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
CREATE TABLE trial_params (
	param_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	param_name VARCHAR(512), 
	param_value FLOAT, 
	distribution_json TEXT, 
	PRIMARY KEY (param_id), 
	UNIQUE (trial_id, param_name), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_params" VALUES(1,1,'width1',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(2,1,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(3,1,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(4,2,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(5,2,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(6,2,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(7,3,'width1',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(8,3,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(9,3,'width3',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(10,4,'width1',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(11,4,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(12,4,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(13,5,'width1',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(14,5,'width2',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(15,5,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(16,6,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(17,6,'width2',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(18,6,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(19,7,'width1',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(20,7,'width2',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(21,7,'width3',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(22,8,'width1',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(23,8,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(24,8,'width3',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(25,9,'width1',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(26,9,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(27,9,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(28,10,'width1',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(29,10,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(30,10,'width3',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(31,11,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(32,11,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(33,11,'width3',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(34,12,'width1',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(35,12,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(36,12,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(37,13,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(38,13,'width2',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(39,13,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(40,14,'width1',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(41,14,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(42,14,'width3',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(43,15,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(44,15,'width2',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(45,15,'width3',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(46,16,'width1',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(47,16,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(48,16,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(49,17,'width1',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(50,17,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(51,17,'width3',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(52,18,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(53,18,'width2',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(54,18,'width3',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(55,19,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(56,19,'width2',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(57,19,'width3',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(58,20,'width1',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(59,20,'width2',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(60,20,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(61,21,'width1',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(62,21,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(63,21,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(64,22,'width1',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(65,22,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(66,22,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(67,23,'width1',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(68,23,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(69,23,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(70,24,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(71,24,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(72,24,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(73,25,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(74,25,'width2',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(75,25,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(76,26,'width1',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(77,26,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(78,26,'width3',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(79,27,'width1',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(80,27,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(81,27,'width3',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(82,28,'width1',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(83,28,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(84,28,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(85,29,'width1',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(86,29,'width2',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(87,29,'width3',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(88,30,'width1',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(89,30,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(90,30,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(91,31,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(92,31,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(93,31,'width3',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(94,32,'width1',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(95,32,'width2',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(96,32,'width3',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(97,33,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(98,33,'width2',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(99,33,'width3',7.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(100,34,'width1',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(101,34,'width2',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(102,34,'width3',0.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(103,35,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(104,35,'width2',5.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(105,35,'width3',3.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(106,36,'width1',6.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(107,36,'width2',1.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(108,36,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(109,37,'width1',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(110,37,'width2',2.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(111,37,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(112,38,'width1',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(113,38,'width2',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
INSERT INTO "trial_params" VALUES(114,38,'width3',4.0,'{"name": "CategoricalDistribution", "attributes": {"choices": [8, 16, 24, 32, 40, 48, 56, 64]}}');
CREATE TABLE trial_system_attributes (
	trial_system_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_system_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_system_attributes" VALUES(1,1,'fixed_params','{"width1": 8, "width2": 8, "width3": 8}');
INSERT INTO "trial_system_attributes" VALUES(2,21,'fixed_params','{"width1": 8, "width2": 8, "width3": 8}');
INSERT INTO "trial_system_attributes" VALUES(3,22,'fixed_params','{"width1": 8, "width2": 8, "width3": 8}');
INSERT INTO "trial_system_attributes" VALUES(4,23,'fixed_params','{"width1": 16, "width2": 8, "width3": 8}');
INSERT INTO "trial_system_attributes" VALUES(5,24,'fixed_params','{"width1": 24, "width2": 8, "width3": 8}');
INSERT INTO "trial_system_attributes" VALUES(6,25,'fixed_params','{"width1": 24, "width2": 24, "width3": 8}');
INSERT INTO "trial_system_attributes" VALUES(7,26,'fixed_params','{"width1": 16, "width2": 16, "width3": 32}');
INSERT INTO "trial_system_attributes" VALUES(8,27,'fixed_params','{"width1": 32, "width2": 8, "width3": 32}');
INSERT INTO "trial_system_attributes" VALUES(9,28,'fixed_params','{"width1": 32, "width2": 8, "width3": 40}');
INSERT INTO "trial_system_attributes" VALUES(10,29,'fixed_params','{"width1": 24, "width2": 48, "width3": 16}');
INSERT INTO "trial_system_attributes" VALUES(11,30,'fixed_params','{"width1": 48, "width2": 8, "width3": 40}');
INSERT INTO "trial_system_attributes" VALUES(12,31,'fixed_params','{"width1": 56, "width2": 16, "width3": 56}');
INSERT INTO "trial_system_attributes" VALUES(13,32,'fixed_params','{"width1": 40, "width2": 64, "width3": 48}');
INSERT INTO "trial_system_attributes" VALUES(14,33,'fixed_params','{"width1": 56, "width2": 48, "width3": 64}');
CREATE TABLE trial_user_attributes (
	trial_user_attribute_id INTEGER NOT NULL, 
	trial_id INTEGER, 
	"key" VARCHAR(512), 
	value_json TEXT, 
	PRIMARY KEY (trial_user_attribute_id), 
	UNIQUE (trial_id, "key"), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_user_attributes" VALUES(1,1,'start_point','"Small"');
INSERT INTO "trial_user_attributes" VALUES(2,1,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(3,1,'architecture.key','"e0938e2d783f36e4"');
INSERT INTO "trial_user_attributes" VALUES(4,1,'macs','2400');
INSERT INTO "trial_user_attributes" VALUES(5,1,'parameters','240');
INSERT INTO "trial_user_attributes" VALUES(6,1,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(7,1,'architecture.words','"8 8 8"');
INSERT INTO "trial_user_attributes" VALUES(8,1,'architecture','{"widths": [8, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(9,1,'until','9');
INSERT INTO "trial_user_attributes" VALUES(10,1,'epochs','[[1, 0.44581563165294136, 1.0, 0.1, 1.0, 100.0], [2, 0.4736791086312501, 1.0, 0.1, 1.0, 100.0], [3, 0.501542585609559, 1.0, 0.1, 1.0, 100.0], [4, 0.5294060625878678, 1.0, 0.1, 1.0, 100.0], [5, 0.5572695395661768, 1.0, 0.1, 1.0, 100.0], [6, 0.5851330165444855, 1.0, 0.1, 1.0, 100.0], [7, 0.6129964935227944, 1.0, 0.1, 1.0, 100.0], [8, 0.6408599705011031, 1.0, 0.1, 1.0, 100.0], [9, 0.668723447479412, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(11,1,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(12,1,'rungs','{"1": 0.44581563165294136, "3": 0.501542585609559, "9": 0.668723447479412}');
INSERT INTO "trial_user_attributes" VALUES(13,2,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(14,2,'architecture.key','"b2984739427af292"');
INSERT INTO "trial_user_attributes" VALUES(15,2,'macs','4000');
INSERT INTO "trial_user_attributes" VALUES(16,2,'parameters','400');
INSERT INTO "trial_user_attributes" VALUES(17,2,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(18,2,'architecture.words','"24 8 8"');
INSERT INTO "trial_user_attributes" VALUES(19,2,'architecture','{"widths": [24, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(20,2,'until','9');
INSERT INTO "trial_user_attributes" VALUES(21,2,'epochs','[[1, 0.4698415451680947, 1.0, 0.1, 1.0, 100.0], [2, 0.4992066417411006, 1.0, 0.1, 1.0, 100.0], [3, 0.5285717383141065, 1.0, 0.1, 1.0, 100.0], [4, 0.5579368348871124, 1.0, 0.1, 1.0, 100.0], [5, 0.5873019314601183, 1.0, 0.1, 1.0, 100.0], [6, 0.6166670280331242, 1.0, 0.1, 1.0, 100.0], [7, 0.6460321246061302, 1.0, 0.1, 1.0, 100.0], [8, 0.675397221179136, 1.0, 0.1, 1.0, 100.0], [9, 0.704762317752142, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(22,2,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(23,2,'rungs','{"1": 0.4698415451680947, "3": 0.5285717383141065, "9": 0.704762317752142}');
INSERT INTO "trial_user_attributes" VALUES(24,3,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(25,3,'architecture.key','"2fad27d6ceb34a61"');
INSERT INTO "trial_user_attributes" VALUES(26,3,'macs','11200');
INSERT INTO "trial_user_attributes" VALUES(27,3,'parameters','1120');
INSERT INTO "trial_user_attributes" VALUES(28,3,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(29,3,'architecture.words','"32 16 64"');
INSERT INTO "trial_user_attributes" VALUES(30,3,'architecture','{"widths": [32, 16, 64]}');
INSERT INTO "trial_user_attributes" VALUES(31,3,'until','9');
INSERT INTO "trial_user_attributes" VALUES(32,3,'epochs','[[1, 0.505119250879408, 1.0, 0.1, 1.0, 100.0], [2, 0.5366892040593709, 1.0, 0.1, 1.0, 100.0], [3, 0.568259157239334, 1.0, 0.1, 1.0, 100.0], [4, 0.5998291104192971, 1.0, 0.1, 1.0, 100.0], [5, 0.6313990635992601, 1.0, 0.1, 1.0, 100.0], [6, 0.662969016779223, 1.0, 0.1, 1.0, 100.0], [7, 0.6945389699591861, 1.0, 0.1, 1.0, 100.0], [8, 0.726108923139149, 1.0, 0.1, 1.0, 100.0], [9, 0.757678876319112, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(33,3,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(34,3,'rungs','{"1": 0.505119250879408, "3": 0.568259157239334, "9": 0.757678876319112}');
INSERT INTO "trial_user_attributes" VALUES(35,4,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(36,4,'architecture.key','"d14a564a15ca8d21"');
INSERT INTO "trial_user_attributes" VALUES(37,4,'macs','3200');
INSERT INTO "trial_user_attributes" VALUES(38,4,'parameters','320');
INSERT INTO "trial_user_attributes" VALUES(39,4,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(40,4,'architecture.words','"16 8 8"');
INSERT INTO "trial_user_attributes" VALUES(41,4,'architecture','{"widths": [16, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(42,4,'until','9');
INSERT INTO "trial_user_attributes" VALUES(43,4,'epochs','[[1, 0.45998949499985387, 1.0, 0.1, 1.0, 100.0], [2, 0.48873883843734467, 1.0, 0.1, 1.0, 100.0], [3, 0.5174881818748356, 1.0, 0.1, 1.0, 100.0], [4, 0.5462375253123265, 1.0, 0.1, 1.0, 100.0], [5, 0.5749868687498173, 1.0, 0.1, 1.0, 100.0], [6, 0.6037362121873082, 1.0, 0.1, 1.0, 100.0], [7, 0.632485555624799, 1.0, 0.1, 1.0, 100.0], [8, 0.6612348990622898, 1.0, 0.1, 1.0, 100.0], [9, 0.6899842424997807, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(44,4,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(45,4,'rungs','{"1": 0.45998949499985387, "3": 0.5174881818748356, "9": 0.6899842424997807}');
INSERT INTO "trial_user_attributes" VALUES(46,5,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(47,5,'architecture.key','"bb2dec80622c09f8"');
INSERT INTO "trial_user_attributes" VALUES(48,5,'macs','8800');
INSERT INTO "trial_user_attributes" VALUES(49,5,'parameters','880');
INSERT INTO "trial_user_attributes" VALUES(50,5,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(51,5,'architecture.words','"16 64 8"');
INSERT INTO "trial_user_attributes" VALUES(52,5,'architecture','{"widths": [16, 64, 8]}');
INSERT INTO "trial_user_attributes" VALUES(53,5,'until','1');
INSERT INTO "trial_user_attributes" VALUES(54,5,'epochs','[[1, 0.49812016555262023, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(55,5,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(56,5,'rungs','{"1": 0.49812016555262023}');
INSERT INTO "trial_user_attributes" VALUES(57,6,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(58,6,'architecture.key','"dc5f6adb6b444122"');
INSERT INTO "trial_user_attributes" VALUES(59,6,'macs','5600');
INSERT INTO "trial_user_attributes" VALUES(60,6,'parameters','560');
INSERT INTO "trial_user_attributes" VALUES(61,6,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(62,6,'architecture.words','"24 24 8"');
INSERT INTO "trial_user_attributes" VALUES(63,6,'architecture','{"widths": [24, 24, 8]}');
INSERT INTO "trial_user_attributes" VALUES(64,6,'until','9');
INSERT INTO "trial_user_attributes" VALUES(65,6,'epochs','[[1, 0.48304252044170853, 1.0, 0.1, 1.0, 100.0], [2, 0.5132326779693153, 1.0, 0.1, 1.0, 100.0], [3, 0.543422835496922, 1.0, 0.1, 1.0, 100.0], [4, 0.5736129930245288, 1.0, 0.1, 1.0, 100.0], [5, 0.6038031505521357, 1.0, 0.1, 1.0, 100.0], [6, 0.6339933080797424, 1.0, 0.1, 1.0, 100.0], [7, 0.6641834656073492, 1.0, 0.1, 1.0, 100.0], [8, 0.694373623134956, 1.0, 0.1, 1.0, 100.0], [9, 0.7245637806625628, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(66,6,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(67,6,'rungs','{"1": 0.48304252044170853, "3": 0.543422835496922, "9": 0.7245637806625628}');
INSERT INTO "trial_user_attributes" VALUES(68,7,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(69,7,'architecture.key','"6d359dd9302fdeed"');
INSERT INTO "trial_user_attributes" VALUES(70,7,'macs','15200');
INSERT INTO "trial_user_attributes" VALUES(71,7,'parameters','1520');
INSERT INTO "trial_user_attributes" VALUES(72,7,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(73,7,'architecture.words','"40 64 48"');
INSERT INTO "trial_user_attributes" VALUES(74,7,'architecture','{"widths": [40, 64, 48]}');
INSERT INTO "trial_user_attributes" VALUES(75,7,'until','9');
INSERT INTO "trial_user_attributes" VALUES(76,7,'epochs','[[1, 0.5131021111321782, 1.0, 0.1, 1.0, 100.0], [2, 0.5451709930779393, 1.0, 0.1, 1.0, 100.0], [3, 0.5772398750237004, 1.0, 0.1, 1.0, 100.0], [4, 0.6093087569694616, 1.0, 0.1, 1.0, 100.0], [5, 0.6413776389152228, 1.0, 0.1, 1.0, 100.0], [6, 0.6734465208609839, 1.0, 0.1, 1.0, 100.0], [7, 0.705515402806745, 1.0, 0.1, 1.0, 100.0], [8, 0.737584284752506, 1.0, 0.1, 1.0, 100.0], [9, 0.7696531666982672, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(77,7,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(78,7,'rungs','{"1": 0.5131021111321782, "3": 0.5772398750237004, "9": 0.7696531666982672}');
INSERT INTO "trial_user_attributes" VALUES(79,8,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(80,8,'architecture.key','"40c800dc179e6956"');
INSERT INTO "trial_user_attributes" VALUES(81,8,'macs','3200');
INSERT INTO "trial_user_attributes" VALUES(82,8,'parameters','320');
INSERT INTO "trial_user_attributes" VALUES(83,8,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(84,8,'architecture.words','"8 8 16"');
INSERT INTO "trial_user_attributes" VALUES(85,8,'architecture','{"widths": [8, 8, 16]}');
INSERT INTO "trial_user_attributes" VALUES(86,8,'until','1');
INSERT INTO "trial_user_attributes" VALUES(87,8,'epochs','[[1, 0.45998949499985387, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(88,8,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(89,8,'rungs','{"1": 0.45998949499985387}');
INSERT INTO "trial_user_attributes" VALUES(90,9,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(91,9,'architecture.key','"5286c3e742e3dcfa"');
INSERT INTO "trial_user_attributes" VALUES(92,9,'macs','8000');
INSERT INTO "trial_user_attributes" VALUES(93,9,'parameters','800');
INSERT INTO "trial_user_attributes" VALUES(94,9,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(95,9,'architecture.words','"32 8 40"');
INSERT INTO "trial_user_attributes" VALUES(96,9,'architecture','{"widths": [32, 8, 40]}');
INSERT INTO "trial_user_attributes" VALUES(97,9,'until','9');
INSERT INTO "trial_user_attributes" VALUES(98,9,'epochs','[[1, 0.4951656289953558, 1.0, 0.1, 1.0, 100.0], [2, 0.5261134808075655, 1.0, 0.1, 1.0, 100.0], [3, 0.5570613326197752, 1.0, 0.1, 1.0, 100.0], [4, 0.588009184431985, 1.0, 0.1, 1.0, 100.0], [5, 0.6189570362441947, 1.0, 0.1, 1.0, 100.0], [6, 0.6499048880564045, 1.0, 0.1, 1.0, 100.0], [7, 0.6808527398686142, 1.0, 0.1, 1.0, 100.0], [8, 0.7118005916808239, 1.0, 0.1, 1.0, 100.0], [9, 0.7427484434930337, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(99,9,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(100,9,'rungs','{"1": 0.4951656289953558, "3": 0.5570613326197752, "9": 0.7427484434930337}');
INSERT INTO "trial_user_attributes" VALUES(101,10,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(102,10,'architecture.key','"04031a5bc888e3da"');
INSERT INTO "trial_user_attributes" VALUES(103,10,'macs','4800');
INSERT INTO "trial_user_attributes" VALUES(104,10,'parameters','480');
INSERT INTO "trial_user_attributes" VALUES(105,10,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(106,10,'architecture.words','"8 8 32"');
INSERT INTO "trial_user_attributes" VALUES(107,10,'architecture','{"widths": [8, 8, 32]}');
INSERT INTO "trial_user_attributes" VALUES(108,10,'until','9');
INSERT INTO "trial_user_attributes" VALUES(109,10,'epochs','[[1, 0.477225741987813, 1.0, 0.1, 1.0, 100.0], [2, 0.5070523508620512, 1.0, 0.1, 1.0, 100.0], [3, 0.5368789597362895, 1.0, 0.1, 1.0, 100.0], [4, 0.5667055686105279, 1.0, 0.1, 1.0, 100.0], [5, 0.5965321774847662, 1.0, 0.1, 1.0, 100.0], [6, 0.6263587863590044, 1.0, 0.1, 1.0, 100.0], [7, 0.6561853952332428, 1.0, 0.1, 1.0, 100.0], [8, 0.6860120041074811, 1.0, 0.1, 1.0, 100.0], [9, 0.7158386129817194, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(110,10,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(111,10,'rungs','{"1": 0.477225741987813, "3": 0.5368789597362895, "9": 0.7158386129817194}');
INSERT INTO "trial_user_attributes" VALUES(112,11,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(113,11,'architecture.key','"4ebed6e2be2f938e"');
INSERT INTO "trial_user_attributes" VALUES(114,11,'macs','12800');
INSERT INTO "trial_user_attributes" VALUES(115,11,'parameters','1280');
INSERT INTO "trial_user_attributes" VALUES(116,11,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(117,11,'architecture.words','"56 16 56"');
INSERT INTO "trial_user_attributes" VALUES(118,11,'architecture','{"widths": [56, 16, 56]}');
INSERT INTO "trial_user_attributes" VALUES(119,11,'until','9');
INSERT INTO "trial_user_attributes" VALUES(120,11,'epochs','[[1, 0.5087232623479201, 1.0, 0.1, 1.0, 100.0], [2, 0.540518466244665, 1.0, 0.1, 1.0, 100.0], [3, 0.57231367014141, 1.0, 0.1, 1.0, 100.0], [4, 0.604108874038155, 1.0, 0.1, 1.0, 100.0], [5, 0.6359040779349001, 1.0, 0.1, 1.0, 100.0], [6, 0.6676992818316451, 1.0, 0.1, 1.0, 100.0], [7, 0.6994944857283901, 1.0, 0.1, 1.0, 100.0], [8, 0.7312896896251351, 1.0, 0.1, 1.0, 100.0], [9, 0.76308489352188, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(121,11,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(122,11,'rungs','{"1": 0.5087232623479201, "3": 0.57231367014141, "9": 0.76308489352188}');
INSERT INTO "trial_user_attributes" VALUES(123,12,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(124,12,'architecture.key','"4703ea1ea7ac6ae6"');
INSERT INTO "trial_user_attributes" VALUES(125,12,'macs','3200');
INSERT INTO "trial_user_attributes" VALUES(126,12,'parameters','320');
INSERT INTO "trial_user_attributes" VALUES(127,12,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(128,12,'architecture.words','"8 16 8"');
INSERT INTO "trial_user_attributes" VALUES(129,12,'architecture','{"widths": [8, 16, 8]}');
INSERT INTO "trial_user_attributes" VALUES(130,12,'until','1');
INSERT INTO "trial_user_attributes" VALUES(131,12,'epochs','[[1, 0.45998949499985387, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(132,12,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(133,12,'rungs','{"1": 0.45998949499985387}');
INSERT INTO "trial_user_attributes" VALUES(134,13,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(135,13,'architecture.key','"5b44e5c081a66ca9"');
INSERT INTO "trial_user_attributes" VALUES(136,13,'macs','12000');
INSERT INTO "trial_user_attributes" VALUES(137,13,'parameters','1200');
INSERT INTO "trial_user_attributes" VALUES(138,13,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(139,13,'architecture.words','"56 56 8"');
INSERT INTO "trial_user_attributes" VALUES(140,13,'architecture','{"widths": [56, 56, 8]}');
INSERT INTO "trial_user_attributes" VALUES(141,13,'until','1');
INSERT INTO "trial_user_attributes" VALUES(142,13,'epochs','[[1, 0.5070042640229501, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(143,13,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(144,13,'rungs','{"1": 0.5070042640229501}');
INSERT INTO "trial_user_attributes" VALUES(145,1,'result','[0.668723447479412, 4800.0]');
INSERT INTO "trial_user_attributes" VALUES(146,6,'result','[0.7245637806625628, 11200.0]');
INSERT INTO "trial_user_attributes" VALUES(147,3,'result','[0.757678876319112, 22400.0]');
INSERT INTO "trial_user_attributes" VALUES(148,2,'result','[0.704762317752142, 8000.0]');
INSERT INTO "trial_user_attributes" VALUES(149,9,'result','[0.7427484434930337, 16000.0]');
INSERT INTO "trial_user_attributes" VALUES(150,4,'result','[0.6899842424997807, 6400.0]');
INSERT INTO "trial_user_attributes" VALUES(151,7,'result','[0.7696531666982672, 30400.0]');
INSERT INTO "trial_user_attributes" VALUES(152,10,'result','[0.7158386129817194, 9600.0]');
INSERT INTO "trial_user_attributes" VALUES(153,14,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(154,14,'architecture.key','"e6b821130141762c"');
INSERT INTO "trial_user_attributes" VALUES(155,14,'macs','6400');
INSERT INTO "trial_user_attributes" VALUES(156,14,'parameters','640');
INSERT INTO "trial_user_attributes" VALUES(157,14,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(158,14,'architecture.words','"16 16 32"');
INSERT INTO "trial_user_attributes" VALUES(159,14,'architecture','{"widths": [16, 16, 32]}');
INSERT INTO "trial_user_attributes" VALUES(160,14,'until','9');
INSERT INTO "trial_user_attributes" VALUES(161,14,'epochs','[[1, 0.487789111373211, 1.0, 0.1, 1.0, 100.0], [2, 0.5182759308340367, 1.0, 0.1, 1.0, 100.0], [3, 0.5487627502948624, 1.0, 0.1, 1.0, 100.0], [4, 0.5792495697556881, 1.0, 0.1, 1.0, 100.0], [5, 0.6097363892165139, 1.0, 0.1, 1.0, 100.0], [6, 0.6402232086773395, 1.0, 0.1, 1.0, 100.0], [7, 0.6707100281381652, 1.0, 0.1, 1.0, 100.0], [8, 0.7011968475989908, 1.0, 0.1, 1.0, 100.0], [9, 0.7316836670598165, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(162,14,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(163,14,'rungs','{"1": 0.487789111373211, "3": 0.5487627502948624, "9": 0.7316836670598165}');
INSERT INTO "trial_user_attributes" VALUES(164,15,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(165,15,'architecture.key','"6c1ec3b509801344"');
INSERT INTO "trial_user_attributes" VALUES(166,15,'macs','8800');
INSERT INTO "trial_user_attributes" VALUES(167,15,'parameters','880');
INSERT INTO "trial_user_attributes" VALUES(168,15,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(169,15,'architecture.words','"24 48 16"');
INSERT INTO "trial_user_attributes" VALUES(170,15,'architecture','{"widths": [24, 48, 16]}');
INSERT INTO "trial_user_attributes" VALUES(171,15,'until','9');
INSERT INTO "trial_user_attributes" VALUES(172,15,'epochs','[[1, 0.49812016555262023, 1.0, 0.1, 1.0, 100.0], [2, 0.5292526758996589, 1.0, 0.1, 1.0, 100.0], [3, 0.5603851862466976, 1.0, 0.1, 1.0, 100.0], [4, 0.5915176965937365, 1.0, 0.1, 1.0, 100.0], [5, 0.6226502069407753, 1.0, 0.1, 1.0, 100.0], [6, 0.653782717287814, 1.0, 0.1, 1.0, 100.0], [7, 0.6849152276348528, 1.0, 0.1, 1.0, 100.0], [8, 0.7160477379818915, 1.0, 0.1, 1.0, 100.0], [9, 0.7471802483289303, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(173,15,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(174,15,'rungs','{"1": 0.49812016555262023, "3": 0.5603851862466976, "9": 0.7471802483289303}');
INSERT INTO "trial_user_attributes" VALUES(175,14,'result','[0.7316836670598165, 12800.0]');
INSERT INTO "trial_user_attributes" VALUES(176,16,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(177,16,'architecture.key','"53330a8fd80e60a6"');
INSERT INTO "trial_user_attributes" VALUES(178,16,'macs','9600');
INSERT INTO "trial_user_attributes" VALUES(179,16,'parameters','960');
INSERT INTO "trial_user_attributes" VALUES(180,16,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(181,16,'architecture.words','"48 8 40"');
INSERT INTO "trial_user_attributes" VALUES(182,16,'architecture','{"widths": [48, 8, 40]}');
INSERT INTO "trial_user_attributes" VALUES(183,16,'until','9');
INSERT INTO "trial_user_attributes" VALUES(184,16,'epochs','[[1, 0.500721804681274, 1.0, 0.1, 1.0, 100.0], [2, 0.5320169174738536, 1.0, 0.1, 1.0, 100.0], [3, 0.5633120302664333, 1.0, 0.1, 1.0, 100.0], [4, 0.594607143059013, 1.0, 0.1, 1.0, 100.0], [5, 0.6259022558515926, 1.0, 0.1, 1.0, 100.0], [6, 0.6571973686441722, 1.0, 0.1, 1.0, 100.0], [7, 0.6884924814367518, 1.0, 0.1, 1.0, 100.0], [8, 0.7197875942293314, 1.0, 0.1, 1.0, 100.0], [9, 0.751082707021911, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(185,16,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(186,16,'rungs','{"1": 0.500721804681274, "3": 0.5633120302664333, "9": 0.751082707021911}');
INSERT INTO "trial_user_attributes" VALUES(187,16,'result','[0.751082707021911, 19200.0]');
INSERT INTO "trial_user_attributes" VALUES(188,11,'result','[0.76308489352188, 25600.0]');
INSERT INTO "trial_user_attributes" VALUES(189,17,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(190,17,'architecture.key','"70ca5b62757c903f"');
INSERT INTO "trial_user_attributes" VALUES(191,17,'macs','7200');
INSERT INTO "trial_user_attributes" VALUES(192,17,'parameters','720');
INSERT INTO "trial_user_attributes" VALUES(193,17,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(194,17,'architecture.words','"32 8 32"');
INSERT INTO "trial_user_attributes" VALUES(195,17,'architecture','{"widths": [32, 8, 32]}');
INSERT INTO "trial_user_attributes" VALUES(196,17,'until','9');
INSERT INTO "trial_user_attributes" VALUES(197,17,'epochs','[[1, 0.4917656602241813, 1.0, 0.1, 1.0, 100.0], [2, 0.5225010139881926, 1.0, 0.1, 1.0, 100.0], [3, 0.553236367752204, 1.0, 0.1, 1.0, 100.0], [4, 0.5839717215162152, 1.0, 0.1, 1.0, 100.0], [5, 0.6147070752802266, 1.0, 0.1, 1.0, 100.0], [6, 0.6454424290442379, 1.0, 0.1, 1.0, 100.0], [7, 0.6761777828082493, 1.0, 0.1, 1.0, 100.0], [8, 0.7069131365722605, 1.0, 0.1, 1.0, 100.0], [9, 0.7376484903362719, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(198,17,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(199,17,'rungs','{"1": 0.4917656602241813, "3": 0.553236367752204, "9": 0.7376484903362719}');
INSERT INTO "trial_user_attributes" VALUES(200,18,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(201,18,'architecture.key','"a3b86311d3c8e17a"');
INSERT INTO "trial_user_attributes" VALUES(202,18,'macs','11200');
INSERT INTO "trial_user_attributes" VALUES(203,18,'parameters','1120');
INSERT INTO "trial_user_attributes" VALUES(204,18,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(205,18,'architecture.words','"24 64 24"');
INSERT INTO "trial_user_attributes" VALUES(206,18,'architecture','{"widths": [24, 64, 24]}');
INSERT INTO "trial_user_attributes" VALUES(207,18,'until','1');
INSERT INTO "trial_user_attributes" VALUES(208,18,'epochs','[[1, 0.505119250879408, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(209,18,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(210,18,'rungs','{"1": 0.505119250879408}');
INSERT INTO "trial_user_attributes" VALUES(211,17,'result','[0.7376484903362719, 14400.0]');
INSERT INTO "trial_user_attributes" VALUES(212,19,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(213,19,'architecture.key','"b22ac74f52ba28ff"');
INSERT INTO "trial_user_attributes" VALUES(214,19,'macs','16800');
INSERT INTO "trial_user_attributes" VALUES(215,19,'parameters','1680');
INSERT INTO "trial_user_attributes" VALUES(216,19,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(217,19,'architecture.words','"56 48 64"');
INSERT INTO "trial_user_attributes" VALUES(218,19,'architecture','{"widths": [56, 48, 64]}');
INSERT INTO "trial_user_attributes" VALUES(219,19,'until','9');
INSERT INTO "trial_user_attributes" VALUES(220,19,'epochs','[[1, 0.5155266670082697, 1.0, 0.1, 1.0, 100.0], [2, 0.5477470836962864, 1.0, 0.1, 1.0, 100.0], [3, 0.5799675003843033, 1.0, 0.1, 1.0, 100.0], [4, 0.6121879170723202, 1.0, 0.1, 1.0, 100.0], [5, 0.6444083337603371, 1.0, 0.1, 1.0, 100.0], [6, 0.6766287504483539, 1.0, 0.1, 1.0, 100.0], [7, 0.7088491671363708, 1.0, 0.1, 1.0, 100.0], [8, 0.7410695838243876, 1.0, 0.1, 1.0, 100.0], [9, 0.7732900005124045, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(221,19,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(222,19,'rungs','{"1": 0.5155266670082697, "3": 0.5799675003843033, "9": 0.7732900005124045}');
INSERT INTO "trial_user_attributes" VALUES(223,19,'result','[0.7732900005124045, 33600.0]');
INSERT INTO "trial_user_attributes" VALUES(224,15,'result','[0.7471802483289303, 17600.0]');
INSERT INTO "trial_user_attributes" VALUES(225,20,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(226,20,'architecture.key','"fd1b0a135a944c8c"');
INSERT INTO "trial_user_attributes" VALUES(227,20,'macs','13600');
INSERT INTO "trial_user_attributes" VALUES(228,20,'parameters','1360');
INSERT INTO "trial_user_attributes" VALUES(229,20,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(230,20,'architecture.words','"64 64 8"');
INSERT INTO "trial_user_attributes" VALUES(231,20,'architecture','{"widths": [64, 64, 8]}');
INSERT INTO "trial_user_attributes" VALUES(232,20,'until','1');
INSERT INTO "trial_user_attributes" VALUES(233,20,'epochs','[[1, 0.5103002571960188, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(234,20,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(235,20,'rungs','{"1": 0.5103002571960188}');
INSERT INTO "trial_user_attributes" VALUES(236,5,'reason','"stopped at rung 1"');
INSERT INTO "trial_user_attributes" VALUES(237,8,'reason','"stopped at rung 1"');
INSERT INTO "trial_user_attributes" VALUES(238,12,'reason','"stopped at rung 1"');
INSERT INTO "trial_user_attributes" VALUES(239,13,'reason','"stopped at rung 1"');
INSERT INTO "trial_user_attributes" VALUES(240,18,'reason','"stopped at rung 1"');
INSERT INTO "trial_user_attributes" VALUES(241,20,'reason','"stopped at rung 1"');
INSERT INTO "trial_user_attributes" VALUES(242,21,'start_point','"Small"');
INSERT INTO "trial_user_attributes" VALUES(243,22,'started_from','"source 1"');
INSERT INTO "trial_user_attributes" VALUES(244,23,'started_from','"source 2"');
INSERT INTO "trial_user_attributes" VALUES(245,24,'started_from','"source 3"');
INSERT INTO "trial_user_attributes" VALUES(246,25,'started_from','"source 4"');
INSERT INTO "trial_user_attributes" VALUES(247,26,'started_from','"source 5"');
INSERT INTO "trial_user_attributes" VALUES(248,27,'started_from','"source 6"');
INSERT INTO "trial_user_attributes" VALUES(249,28,'started_from','"source 7"');
INSERT INTO "trial_user_attributes" VALUES(250,29,'started_from','"source 8"');
INSERT INTO "trial_user_attributes" VALUES(251,30,'started_from','"source 9"');
INSERT INTO "trial_user_attributes" VALUES(252,31,'started_from','"source 10"');
INSERT INTO "trial_user_attributes" VALUES(253,32,'started_from','"source 11"');
INSERT INTO "trial_user_attributes" VALUES(254,33,'started_from','"source 12"');
INSERT INTO "trial_user_attributes" VALUES(255,21,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(256,21,'architecture.key','"e0938e2d783f36e4"');
INSERT INTO "trial_user_attributes" VALUES(257,21,'macs','2400');
INSERT INTO "trial_user_attributes" VALUES(258,21,'parameters','240');
INSERT INTO "trial_user_attributes" VALUES(259,21,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(260,21,'architecture.words','"8 8 8"');
INSERT INTO "trial_user_attributes" VALUES(261,21,'architecture','{"widths": [8, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(262,21,'until','9');
INSERT INTO "trial_user_attributes" VALUES(263,21,'epochs','[[1, 0.44581563165294136, 1.0, 0.1, 1.0, 100.0], [2, 0.4736791086312501, 1.0, 0.1, 1.0, 100.0], [3, 0.501542585609559, 1.0, 0.1, 1.0, 100.0], [4, 0.5294060625878678, 1.0, 0.1, 1.0, 100.0], [5, 0.5572695395661768, 1.0, 0.1, 1.0, 100.0], [6, 0.5851330165444855, 1.0, 0.1, 1.0, 100.0], [7, 0.6129964935227944, 1.0, 0.1, 1.0, 100.0], [8, 0.6408599705011031, 1.0, 0.1, 1.0, 100.0], [9, 0.668723447479412, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(264,21,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(265,21,'rungs','{"1": 0.44581563165294136, "3": 0.501542585609559, "9": 0.668723447479412}');
INSERT INTO "trial_user_attributes" VALUES(266,22,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(267,22,'architecture.key','"e0938e2d783f36e4"');
INSERT INTO "trial_user_attributes" VALUES(268,22,'macs','2400');
INSERT INTO "trial_user_attributes" VALUES(269,22,'parameters','240');
INSERT INTO "trial_user_attributes" VALUES(270,22,'repeats','0');
INSERT INTO "trial_user_attributes" VALUES(271,22,'reason','"the same network as trial 0"');
INSERT INTO "trial_user_attributes" VALUES(272,23,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(273,23,'architecture.key','"d14a564a15ca8d21"');
INSERT INTO "trial_user_attributes" VALUES(274,23,'macs','3200');
INSERT INTO "trial_user_attributes" VALUES(275,23,'parameters','320');
INSERT INTO "trial_user_attributes" VALUES(276,23,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(277,23,'architecture.words','"16 8 8"');
INSERT INTO "trial_user_attributes" VALUES(278,23,'architecture','{"widths": [16, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(279,23,'until','9');
INSERT INTO "trial_user_attributes" VALUES(280,23,'epochs','[[1, 0.45998949499985387, 1.0, 0.1, 1.0, 100.0], [2, 0.48873883843734467, 1.0, 0.1, 1.0, 100.0], [3, 0.5174881818748356, 1.0, 0.1, 1.0, 100.0], [4, 0.5462375253123265, 1.0, 0.1, 1.0, 100.0], [5, 0.5749868687498173, 1.0, 0.1, 1.0, 100.0], [6, 0.6037362121873082, 1.0, 0.1, 1.0, 100.0], [7, 0.632485555624799, 1.0, 0.1, 1.0, 100.0], [8, 0.6612348990622898, 1.0, 0.1, 1.0, 100.0], [9, 0.6899842424997807, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(281,23,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(282,23,'rungs','{"1": 0.45998949499985387, "3": 0.5174881818748356, "9": 0.6899842424997807}');
INSERT INTO "trial_user_attributes" VALUES(283,24,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(284,24,'architecture.key','"b2984739427af292"');
INSERT INTO "trial_user_attributes" VALUES(285,24,'macs','4000');
INSERT INTO "trial_user_attributes" VALUES(286,24,'parameters','400');
INSERT INTO "trial_user_attributes" VALUES(287,24,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(288,24,'architecture.words','"24 8 8"');
INSERT INTO "trial_user_attributes" VALUES(289,24,'architecture','{"widths": [24, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(290,24,'until','9');
INSERT INTO "trial_user_attributes" VALUES(291,24,'epochs','[[1, 0.4698415451680947, 1.0, 0.1, 1.0, 100.0], [2, 0.4992066417411006, 1.0, 0.1, 1.0, 100.0], [3, 0.5285717383141065, 1.0, 0.1, 1.0, 100.0], [4, 0.5579368348871124, 1.0, 0.1, 1.0, 100.0], [5, 0.5873019314601183, 1.0, 0.1, 1.0, 100.0], [6, 0.6166670280331242, 1.0, 0.1, 1.0, 100.0], [7, 0.6460321246061302, 1.0, 0.1, 1.0, 100.0], [8, 0.675397221179136, 1.0, 0.1, 1.0, 100.0], [9, 0.704762317752142, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(292,24,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(293,24,'rungs','{"1": 0.4698415451680947, "3": 0.5285717383141065, "9": 0.704762317752142}');
INSERT INTO "trial_user_attributes" VALUES(294,25,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(295,25,'architecture.key','"dc5f6adb6b444122"');
INSERT INTO "trial_user_attributes" VALUES(296,25,'macs','5600');
INSERT INTO "trial_user_attributes" VALUES(297,25,'parameters','560');
INSERT INTO "trial_user_attributes" VALUES(298,25,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(299,25,'architecture.words','"24 24 8"');
INSERT INTO "trial_user_attributes" VALUES(300,25,'architecture','{"widths": [24, 24, 8]}');
INSERT INTO "trial_user_attributes" VALUES(301,25,'until','9');
INSERT INTO "trial_user_attributes" VALUES(302,25,'epochs','[[1, 0.48304252044170853, 1.0, 0.1, 1.0, 100.0], [2, 0.5132326779693153, 1.0, 0.1, 1.0, 100.0], [3, 0.543422835496922, 1.0, 0.1, 1.0, 100.0], [4, 0.5736129930245288, 1.0, 0.1, 1.0, 100.0], [5, 0.6038031505521357, 1.0, 0.1, 1.0, 100.0], [6, 0.6339933080797424, 1.0, 0.1, 1.0, 100.0], [7, 0.6641834656073492, 1.0, 0.1, 1.0, 100.0], [8, 0.694373623134956, 1.0, 0.1, 1.0, 100.0], [9, 0.7245637806625628, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(303,25,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(304,25,'rungs','{"1": 0.48304252044170853, "3": 0.543422835496922, "9": 0.7245637806625628}');
INSERT INTO "trial_user_attributes" VALUES(305,26,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(306,26,'architecture.key','"e6b821130141762c"');
INSERT INTO "trial_user_attributes" VALUES(307,26,'macs','6400');
INSERT INTO "trial_user_attributes" VALUES(308,26,'parameters','640');
INSERT INTO "trial_user_attributes" VALUES(309,26,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(310,26,'architecture.words','"16 16 32"');
INSERT INTO "trial_user_attributes" VALUES(311,26,'architecture','{"widths": [16, 16, 32]}');
INSERT INTO "trial_user_attributes" VALUES(312,26,'until','9');
INSERT INTO "trial_user_attributes" VALUES(313,26,'epochs','[[1, 0.487789111373211, 1.0, 0.1, 1.0, 100.0], [2, 0.5182759308340367, 1.0, 0.1, 1.0, 100.0], [3, 0.5487627502948624, 1.0, 0.1, 1.0, 100.0], [4, 0.5792495697556881, 1.0, 0.1, 1.0, 100.0], [5, 0.6097363892165139, 1.0, 0.1, 1.0, 100.0], [6, 0.6402232086773395, 1.0, 0.1, 1.0, 100.0], [7, 0.6707100281381652, 1.0, 0.1, 1.0, 100.0], [8, 0.7011968475989908, 1.0, 0.1, 1.0, 100.0], [9, 0.7316836670598165, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(314,26,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(315,26,'rungs','{"1": 0.487789111373211, "3": 0.5487627502948624, "9": 0.7316836670598165}');
INSERT INTO "trial_user_attributes" VALUES(316,27,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(317,27,'architecture.key','"70ca5b62757c903f"');
INSERT INTO "trial_user_attributes" VALUES(318,27,'macs','7200');
INSERT INTO "trial_user_attributes" VALUES(319,27,'parameters','720');
INSERT INTO "trial_user_attributes" VALUES(320,27,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(321,27,'architecture.words','"32 8 32"');
INSERT INTO "trial_user_attributes" VALUES(322,27,'architecture','{"widths": [32, 8, 32]}');
INSERT INTO "trial_user_attributes" VALUES(323,27,'until','9');
INSERT INTO "trial_user_attributes" VALUES(324,27,'epochs','[[1, 0.4917656602241813, 1.0, 0.1, 1.0, 100.0], [2, 0.5225010139881926, 1.0, 0.1, 1.0, 100.0], [3, 0.553236367752204, 1.0, 0.1, 1.0, 100.0], [4, 0.5839717215162152, 1.0, 0.1, 1.0, 100.0], [5, 0.6147070752802266, 1.0, 0.1, 1.0, 100.0], [6, 0.6454424290442379, 1.0, 0.1, 1.0, 100.0], [7, 0.6761777828082493, 1.0, 0.1, 1.0, 100.0], [8, 0.7069131365722605, 1.0, 0.1, 1.0, 100.0], [9, 0.7376484903362719, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(325,27,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(326,27,'rungs','{"1": 0.4917656602241813, "3": 0.553236367752204, "9": 0.7376484903362719}');
INSERT INTO "trial_user_attributes" VALUES(327,28,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(328,28,'architecture.key','"5286c3e742e3dcfa"');
INSERT INTO "trial_user_attributes" VALUES(329,28,'macs','8000');
INSERT INTO "trial_user_attributes" VALUES(330,28,'parameters','800');
INSERT INTO "trial_user_attributes" VALUES(331,28,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(332,28,'architecture.words','"32 8 40"');
INSERT INTO "trial_user_attributes" VALUES(333,28,'architecture','{"widths": [32, 8, 40]}');
INSERT INTO "trial_user_attributes" VALUES(334,28,'until','9');
INSERT INTO "trial_user_attributes" VALUES(335,28,'epochs','[[1, 0.4951656289953558, 1.0, 0.1, 1.0, 100.0], [2, 0.5261134808075655, 1.0, 0.1, 1.0, 100.0], [3, 0.5570613326197752, 1.0, 0.1, 1.0, 100.0], [4, 0.588009184431985, 1.0, 0.1, 1.0, 100.0], [5, 0.6189570362441947, 1.0, 0.1, 1.0, 100.0], [6, 0.6499048880564045, 1.0, 0.1, 1.0, 100.0], [7, 0.6808527398686142, 1.0, 0.1, 1.0, 100.0], [8, 0.7118005916808239, 1.0, 0.1, 1.0, 100.0], [9, 0.7427484434930337, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(336,28,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(337,28,'rungs','{"1": 0.4951656289953558, "3": 0.5570613326197752, "9": 0.7427484434930337}');
INSERT INTO "trial_user_attributes" VALUES(338,29,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(339,29,'architecture.key','"6c1ec3b509801344"');
INSERT INTO "trial_user_attributes" VALUES(340,29,'macs','8800');
INSERT INTO "trial_user_attributes" VALUES(341,29,'parameters','880');
INSERT INTO "trial_user_attributes" VALUES(342,29,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(343,29,'architecture.words','"24 48 16"');
INSERT INTO "trial_user_attributes" VALUES(344,29,'architecture','{"widths": [24, 48, 16]}');
INSERT INTO "trial_user_attributes" VALUES(345,29,'until','9');
INSERT INTO "trial_user_attributes" VALUES(346,29,'epochs','[[1, 0.49812016555262023, 1.0, 0.1, 1.0, 100.0], [2, 0.5292526758996589, 1.0, 0.1, 1.0, 100.0], [3, 0.5603851862466976, 1.0, 0.1, 1.0, 100.0], [4, 0.5915176965937365, 1.0, 0.1, 1.0, 100.0], [5, 0.6226502069407753, 1.0, 0.1, 1.0, 100.0], [6, 0.653782717287814, 1.0, 0.1, 1.0, 100.0], [7, 0.6849152276348528, 1.0, 0.1, 1.0, 100.0], [8, 0.7160477379818915, 1.0, 0.1, 1.0, 100.0], [9, 0.7471802483289303, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(347,29,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(348,29,'rungs','{"1": 0.49812016555262023, "3": 0.5603851862466976, "9": 0.7471802483289303}');
INSERT INTO "trial_user_attributes" VALUES(349,30,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(350,30,'architecture.key','"53330a8fd80e60a6"');
INSERT INTO "trial_user_attributes" VALUES(351,30,'macs','9600');
INSERT INTO "trial_user_attributes" VALUES(352,30,'parameters','960');
INSERT INTO "trial_user_attributes" VALUES(353,30,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(354,30,'architecture.words','"48 8 40"');
INSERT INTO "trial_user_attributes" VALUES(355,30,'architecture','{"widths": [48, 8, 40]}');
INSERT INTO "trial_user_attributes" VALUES(356,30,'until','9');
INSERT INTO "trial_user_attributes" VALUES(357,30,'epochs','[[1, 0.500721804681274, 1.0, 0.1, 1.0, 100.0], [2, 0.5320169174738536, 1.0, 0.1, 1.0, 100.0], [3, 0.5633120302664333, 1.0, 0.1, 1.0, 100.0], [4, 0.594607143059013, 1.0, 0.1, 1.0, 100.0], [5, 0.6259022558515926, 1.0, 0.1, 1.0, 100.0], [6, 0.6571973686441722, 1.0, 0.1, 1.0, 100.0], [7, 0.6884924814367518, 1.0, 0.1, 1.0, 100.0], [8, 0.7197875942293314, 1.0, 0.1, 1.0, 100.0], [9, 0.751082707021911, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(358,30,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(359,30,'rungs','{"1": 0.500721804681274, "3": 0.5633120302664333, "9": 0.751082707021911}');
INSERT INTO "trial_user_attributes" VALUES(360,31,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(361,31,'architecture.key','"4ebed6e2be2f938e"');
INSERT INTO "trial_user_attributes" VALUES(362,31,'macs','12800');
INSERT INTO "trial_user_attributes" VALUES(363,31,'parameters','1280');
INSERT INTO "trial_user_attributes" VALUES(364,31,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(365,31,'architecture.words','"56 16 56"');
INSERT INTO "trial_user_attributes" VALUES(366,31,'architecture','{"widths": [56, 16, 56]}');
INSERT INTO "trial_user_attributes" VALUES(367,31,'until','9');
INSERT INTO "trial_user_attributes" VALUES(368,31,'epochs','[[1, 0.5087232623479201, 1.0, 0.1, 1.0, 100.0], [2, 0.540518466244665, 1.0, 0.1, 1.0, 100.0], [3, 0.57231367014141, 1.0, 0.1, 1.0, 100.0], [4, 0.604108874038155, 1.0, 0.1, 1.0, 100.0], [5, 0.6359040779349001, 1.0, 0.1, 1.0, 100.0], [6, 0.6676992818316451, 1.0, 0.1, 1.0, 100.0], [7, 0.6994944857283901, 1.0, 0.1, 1.0, 100.0], [8, 0.7312896896251351, 1.0, 0.1, 1.0, 100.0], [9, 0.76308489352188, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(369,31,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(370,31,'rungs','{"1": 0.5087232623479201, "3": 0.57231367014141, "9": 0.76308489352188}');
INSERT INTO "trial_user_attributes" VALUES(371,32,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(372,32,'architecture.key','"6d359dd9302fdeed"');
INSERT INTO "trial_user_attributes" VALUES(373,32,'macs','15200');
INSERT INTO "trial_user_attributes" VALUES(374,32,'parameters','1520');
INSERT INTO "trial_user_attributes" VALUES(375,32,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(376,32,'architecture.words','"40 64 48"');
INSERT INTO "trial_user_attributes" VALUES(377,32,'architecture','{"widths": [40, 64, 48]}');
INSERT INTO "trial_user_attributes" VALUES(378,32,'until','9');
INSERT INTO "trial_user_attributes" VALUES(379,32,'epochs','[[1, 0.5131021111321782, 1.0, 0.1, 1.0, 100.0], [2, 0.5451709930779393, 1.0, 0.1, 1.0, 100.0], [3, 0.5772398750237004, 1.0, 0.1, 1.0, 100.0], [4, 0.6093087569694616, 1.0, 0.1, 1.0, 100.0], [5, 0.6413776389152228, 1.0, 0.1, 1.0, 100.0], [6, 0.6734465208609839, 1.0, 0.1, 1.0, 100.0], [7, 0.705515402806745, 1.0, 0.1, 1.0, 100.0], [8, 0.737584284752506, 1.0, 0.1, 1.0, 100.0], [9, 0.7696531666982672, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(380,32,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(381,32,'rungs','{"1": 0.5131021111321782, "3": 0.5772398750237004, "9": 0.7696531666982672}');
INSERT INTO "trial_user_attributes" VALUES(382,33,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(383,33,'architecture.key','"b22ac74f52ba28ff"');
INSERT INTO "trial_user_attributes" VALUES(384,33,'macs','16800');
INSERT INTO "trial_user_attributes" VALUES(385,33,'parameters','1680');
INSERT INTO "trial_user_attributes" VALUES(386,33,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(387,33,'architecture.words','"56 48 64"');
INSERT INTO "trial_user_attributes" VALUES(388,33,'architecture','{"widths": [56, 48, 64]}');
INSERT INTO "trial_user_attributes" VALUES(389,33,'until','9');
INSERT INTO "trial_user_attributes" VALUES(390,33,'epochs','[[1, 0.5155266670082697, 1.0, 0.1, 1.0, 100.0], [2, 0.5477470836962864, 1.0, 0.1, 1.0, 100.0], [3, 0.5799675003843033, 1.0, 0.1, 1.0, 100.0], [4, 0.6121879170723202, 1.0, 0.1, 1.0, 100.0], [5, 0.6444083337603371, 1.0, 0.1, 1.0, 100.0], [6, 0.6766287504483539, 1.0, 0.1, 1.0, 100.0], [7, 0.7088491671363708, 1.0, 0.1, 1.0, 100.0], [8, 0.7410695838243876, 1.0, 0.1, 1.0, 100.0], [9, 0.7732900005124045, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(391,33,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(392,33,'rungs','{"1": 0.5155266670082697, "3": 0.5799675003843033, "9": 0.7732900005124045}');
INSERT INTO "trial_user_attributes" VALUES(393,21,'result','[0.668723447479412, 4800.0]');
INSERT INTO "trial_user_attributes" VALUES(394,26,'result','[0.7316836670598165, 12800.0]');
INSERT INTO "trial_user_attributes" VALUES(395,24,'result','[0.704762317752142, 8000.0]');
INSERT INTO "trial_user_attributes" VALUES(396,30,'result','[0.751082707021911, 19200.0]');
INSERT INTO "trial_user_attributes" VALUES(397,31,'result','[0.76308489352188, 25600.0]');
INSERT INTO "trial_user_attributes" VALUES(398,23,'result','[0.6899842424997807, 6400.0]');
INSERT INTO "trial_user_attributes" VALUES(399,34,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(400,34,'architecture.key','"8646ae0e963f8afa"');
INSERT INTO "trial_user_attributes" VALUES(401,34,'macs','4800');
INSERT INTO "trial_user_attributes" VALUES(402,34,'parameters','480');
INSERT INTO "trial_user_attributes" VALUES(403,34,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(404,34,'architecture.words','"32 8 8"');
INSERT INTO "trial_user_attributes" VALUES(405,34,'architecture','{"widths": [32, 8, 8]}');
INSERT INTO "trial_user_attributes" VALUES(406,34,'until','9');
INSERT INTO "trial_user_attributes" VALUES(407,34,'epochs','[[1, 0.477225741987813, 1.0, 0.1, 1.0, 100.0], [2, 0.5070523508620512, 1.0, 0.1, 1.0, 100.0], [3, 0.5368789597362895, 1.0, 0.1, 1.0, 100.0], [4, 0.5667055686105279, 1.0, 0.1, 1.0, 100.0], [5, 0.5965321774847662, 1.0, 0.1, 1.0, 100.0], [6, 0.6263587863590044, 1.0, 0.1, 1.0, 100.0], [7, 0.6561853952332428, 1.0, 0.1, 1.0, 100.0], [8, 0.6860120041074811, 1.0, 0.1, 1.0, 100.0], [9, 0.7158386129817194, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(408,34,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(409,34,'rungs','{"1": 0.477225741987813, "3": 0.5368789597362895, "9": 0.7158386129817194}');
INSERT INTO "trial_user_attributes" VALUES(410,35,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(411,35,'architecture.key','"33e1c5b7dd72b5ef"');
INSERT INTO "trial_user_attributes" VALUES(412,35,'macs','13600');
INSERT INTO "trial_user_attributes" VALUES(413,35,'parameters','1360');
INSERT INTO "trial_user_attributes" VALUES(414,35,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(415,35,'architecture.words','"56 48 32"');
INSERT INTO "trial_user_attributes" VALUES(416,35,'architecture','{"widths": [56, 48, 32]}');
INSERT INTO "trial_user_attributes" VALUES(417,35,'until','9');
INSERT INTO "trial_user_attributes" VALUES(418,35,'epochs','[[1, 0.5103002571960188, 1.0, 0.1, 1.0, 100.0], [2, 0.5421940232707699, 1.0, 0.1, 1.0, 100.0], [3, 0.5740877893455212, 1.0, 0.1, 1.0, 100.0], [4, 0.6059815554202723, 1.0, 0.1, 1.0, 100.0], [5, 0.6378753214950236, 1.0, 0.1, 1.0, 100.0], [6, 0.6697690875697746, 1.0, 0.1, 1.0, 100.0], [7, 0.7016628536445259, 1.0, 0.1, 1.0, 100.0], [8, 0.733556619719277, 1.0, 0.1, 1.0, 100.0], [9, 0.7654503857940281, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(419,35,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(420,35,'rungs','{"1": 0.5103002571960188, "3": 0.5740877893455212, "9": 0.7654503857940281}');
INSERT INTO "trial_user_attributes" VALUES(421,34,'result','[0.7158386129817194, 9600.0]');
INSERT INTO "trial_user_attributes" VALUES(422,28,'result','[0.7427484434930337, 16000.0]');
INSERT INTO "trial_user_attributes" VALUES(423,32,'result','[0.7696531666982672, 30400.0]');
INSERT INTO "trial_user_attributes" VALUES(424,25,'result','[0.7245637806625628, 11200.0]');
INSERT INTO "trial_user_attributes" VALUES(425,36,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(426,36,'architecture.key','"b5e1ec2b4db34e8e"');
INSERT INTO "trial_user_attributes" VALUES(427,36,'macs','11200');
INSERT INTO "trial_user_attributes" VALUES(428,36,'parameters','1120');
INSERT INTO "trial_user_attributes" VALUES(429,36,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(430,36,'architecture.words','"56 16 40"');
INSERT INTO "trial_user_attributes" VALUES(431,36,'architecture','{"widths": [56, 16, 40]}');
INSERT INTO "trial_user_attributes" VALUES(432,36,'until','9');
INSERT INTO "trial_user_attributes" VALUES(433,36,'epochs','[[1, 0.505119250879408, 1.0, 0.1, 1.0, 100.0], [2, 0.5366892040593709, 1.0, 0.1, 1.0, 100.0], [3, 0.568259157239334, 1.0, 0.1, 1.0, 100.0], [4, 0.5998291104192971, 1.0, 0.1, 1.0, 100.0], [5, 0.6313990635992601, 1.0, 0.1, 1.0, 100.0], [6, 0.662969016779223, 1.0, 0.1, 1.0, 100.0], [7, 0.6945389699591861, 1.0, 0.1, 1.0, 100.0], [8, 0.726108923139149, 1.0, 0.1, 1.0, 100.0], [9, 0.757678876319112, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(434,36,'seconds','13.0');
INSERT INTO "trial_user_attributes" VALUES(435,36,'rungs','{"1": 0.505119250879408, "3": 0.568259157239334, "9": 0.757678876319112}');
INSERT INTO "trial_user_attributes" VALUES(436,36,'result','[0.757678876319112, 22400.0]');
INSERT INTO "trial_user_attributes" VALUES(437,27,'result','[0.7376484903362719, 14400.0]');
INSERT INTO "trial_user_attributes" VALUES(438,33,'result','[0.7732900005124045, 33600.0]');
INSERT INTO "trial_user_attributes" VALUES(439,29,'result','[0.7471802483289303, 17600.0]');
INSERT INTO "trial_user_attributes" VALUES(440,35,'result','[0.7654503857940281, 27200.0]');
INSERT INTO "trial_user_attributes" VALUES(441,37,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(442,37,'architecture.key','"87a3ac500e106768"');
INSERT INTO "trial_user_attributes" VALUES(443,37,'macs','10400');
INSERT INTO "trial_user_attributes" VALUES(444,37,'parameters','1040');
INSERT INTO "trial_user_attributes" VALUES(445,37,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(446,37,'architecture.words','"40 24 40"');
INSERT INTO "trial_user_attributes" VALUES(447,37,'architecture','{"widths": [40, 24, 40]}');
INSERT INTO "trial_user_attributes" VALUES(448,37,'until','1');
INSERT INTO "trial_user_attributes" VALUES(449,37,'epochs','[[1, 0.5030379963246185, 1.0, 0.1, 1.0, 100.0]]');
INSERT INTO "trial_user_attributes" VALUES(450,37,'seconds','1.0');
INSERT INTO "trial_user_attributes" VALUES(451,37,'rungs','{"1": 0.5030379963246185}');
INSERT INTO "trial_user_attributes" VALUES(452,38,'owner','"nobody:0:"');
INSERT INTO "trial_user_attributes" VALUES(453,38,'architecture.key','"3c1ac045d4b8781b"');
INSERT INTO "trial_user_attributes" VALUES(454,38,'macs','12000');
INSERT INTO "trial_user_attributes" VALUES(455,38,'parameters','1200');
INSERT INTO "trial_user_attributes" VALUES(456,38,'peak_activation_bytes','1');
INSERT INTO "trial_user_attributes" VALUES(457,38,'architecture.words','"40 40 40"');
INSERT INTO "trial_user_attributes" VALUES(458,38,'architecture','{"widths": [40, 40, 40]}');
INSERT INTO "trial_user_attributes" VALUES(459,38,'until','1');
CREATE TABLE trial_values (
	trial_value_id INTEGER NOT NULL, 
	trial_id INTEGER NOT NULL, 
	objective INTEGER NOT NULL, 
	value FLOAT, 
	value_type VARCHAR(7) NOT NULL, 
	PRIMARY KEY (trial_value_id), 
	UNIQUE (trial_id, objective), 
	FOREIGN KEY(trial_id) REFERENCES trials (trial_id)
);
INSERT INTO "trial_values" VALUES(1,1,0,0.668723447479412,'FINITE');
INSERT INTO "trial_values" VALUES(2,1,1,4800.0,'FINITE');
INSERT INTO "trial_values" VALUES(3,6,0,7.24563780662562773038e-01,'FINITE');
INSERT INTO "trial_values" VALUES(4,6,1,11200.0,'FINITE');
INSERT INTO "trial_values" VALUES(5,3,0,0.757678876319112,'FINITE');
INSERT INTO "trial_values" VALUES(6,3,1,22400.0,'FINITE');
INSERT INTO "trial_values" VALUES(7,2,0,0.704762317752142,'FINITE');
INSERT INTO "trial_values" VALUES(8,2,1,8000.0,'FINITE');
INSERT INTO "trial_values" VALUES(9,9,0,7.42748443493033705387e-01,'FINITE');
INSERT INTO "trial_values" VALUES(10,9,1,16000.0,'FINITE');
INSERT INTO "trial_values" VALUES(11,4,0,6.89984242499780742186e-01,'FINITE');
INSERT INTO "trial_values" VALUES(12,4,1,6400.0,'FINITE');
INSERT INTO "trial_values" VALUES(13,7,0,7.69653166698267221512e-01,'FINITE');
INSERT INTO "trial_values" VALUES(14,7,1,30400.0,'FINITE');
INSERT INTO "trial_values" VALUES(15,10,0,7.15838612981719357719e-01,'FINITE');
INSERT INTO "trial_values" VALUES(16,10,1,9600.0,'FINITE');
INSERT INTO "trial_values" VALUES(17,14,0,7.31683667059816467137e-01,'FINITE');
INSERT INTO "trial_values" VALUES(18,14,1,12800.0,'FINITE');
INSERT INTO "trial_values" VALUES(19,16,0,0.751082707021911,'FINITE');
INSERT INTO "trial_values" VALUES(20,16,1,19200.0,'FINITE');
INSERT INTO "trial_values" VALUES(21,11,0,0.76308489352188,'FINITE');
INSERT INTO "trial_values" VALUES(22,11,1,25600.0,'FINITE');
INSERT INTO "trial_values" VALUES(23,17,0,7.37648490336271889233e-01,'FINITE');
INSERT INTO "trial_values" VALUES(24,17,1,14400.0,'FINITE');
INSERT INTO "trial_values" VALUES(25,19,0,7.732900005124044851e-01,'FINITE');
INSERT INTO "trial_values" VALUES(26,19,1,33600.0,'FINITE');
INSERT INTO "trial_values" VALUES(27,15,0,7.47180248328930263213e-01,'FINITE');
INSERT INTO "trial_values" VALUES(28,15,1,17600.0,'FINITE');
INSERT INTO "trial_values" VALUES(29,21,0,0.668723447479412,'FINITE');
INSERT INTO "trial_values" VALUES(30,21,1,4800.0,'FINITE');
INSERT INTO "trial_values" VALUES(31,26,0,7.31683667059816467137e-01,'FINITE');
INSERT INTO "trial_values" VALUES(32,26,1,12800.0,'FINITE');
INSERT INTO "trial_values" VALUES(33,24,0,0.704762317752142,'FINITE');
INSERT INTO "trial_values" VALUES(34,24,1,8000.0,'FINITE');
INSERT INTO "trial_values" VALUES(35,30,0,0.751082707021911,'FINITE');
INSERT INTO "trial_values" VALUES(36,30,1,19200.0,'FINITE');
INSERT INTO "trial_values" VALUES(37,31,0,0.76308489352188,'FINITE');
INSERT INTO "trial_values" VALUES(38,31,1,25600.0,'FINITE');
INSERT INTO "trial_values" VALUES(39,23,0,6.89984242499780742186e-01,'FINITE');
INSERT INTO "trial_values" VALUES(40,23,1,6400.0,'FINITE');
INSERT INTO "trial_values" VALUES(41,34,0,7.15838612981719357719e-01,'FINITE');
INSERT INTO "trial_values" VALUES(42,34,1,9600.0,'FINITE');
INSERT INTO "trial_values" VALUES(43,28,0,7.42748443493033705387e-01,'FINITE');
INSERT INTO "trial_values" VALUES(44,28,1,16000.0,'FINITE');
INSERT INTO "trial_values" VALUES(45,32,0,7.69653166698267221512e-01,'FINITE');
INSERT INTO "trial_values" VALUES(46,32,1,30400.0,'FINITE');
INSERT INTO "trial_values" VALUES(47,25,0,7.24563780662562773038e-01,'FINITE');
INSERT INTO "trial_values" VALUES(48,25,1,11200.0,'FINITE');
INSERT INTO "trial_values" VALUES(49,36,0,0.757678876319112,'FINITE');
INSERT INTO "trial_values" VALUES(50,36,1,22400.0,'FINITE');
INSERT INTO "trial_values" VALUES(51,27,0,7.37648490336271889233e-01,'FINITE');
INSERT INTO "trial_values" VALUES(52,27,1,14400.0,'FINITE');
INSERT INTO "trial_values" VALUES(53,33,0,7.732900005124044851e-01,'FINITE');
INSERT INTO "trial_values" VALUES(54,33,1,33600.0,'FINITE');
INSERT INTO "trial_values" VALUES(55,29,0,7.47180248328930263213e-01,'FINITE');
INSERT INTO "trial_values" VALUES(56,29,1,17600.0,'FINITE');
INSERT INTO "trial_values" VALUES(57,35,0,7.65450385794028131947e-01,'FINITE');
INSERT INTO "trial_values" VALUES(58,35,1,27200.0,'FINITE');
CREATE TABLE trials (
	trial_id INTEGER NOT NULL, 
	number INTEGER, 
	study_id INTEGER, 
	state VARCHAR(8) NOT NULL, 
	datetime_start DATETIME, 
	datetime_complete DATETIME, 
	PRIMARY KEY (trial_id), 
	FOREIGN KEY(study_id) REFERENCES studies (study_id)
);
INSERT INTO "trials" VALUES(1,0,1,'COMPLETE','2026-11-29 13:13:04.163176','2026-11-29 13:13:06.131716');
INSERT INTO "trials" VALUES(2,1,1,'COMPLETE','2026-11-29 13:13:04.302549','2026-11-29 13:13:06.941395');
INSERT INTO "trials" VALUES(3,2,1,'COMPLETE','2026-11-29 13:13:04.415122','2026-11-29 13:13:06.694192');
INSERT INTO "trials" VALUES(4,3,1,'COMPLETE','2026-11-29 13:13:04.570425','2026-11-29 13:13:07.418275');
INSERT INTO "trials" VALUES(5,4,1,'PRUNED','2026-11-29 13:13:04.730992','2026-11-29 13:13:10.695895');
INSERT INTO "trials" VALUES(6,5,1,'COMPLETE','2026-11-29 13:13:04.895135','2026-11-29 13:13:06.359368');
INSERT INTO "trials" VALUES(7,6,1,'COMPLETE','2026-11-29 13:13:05.048008','2026-11-29 13:13:07.697797');
INSERT INTO "trials" VALUES(8,7,1,'PRUNED','2026-11-29 13:13:05.174066','2026-11-29 13:13:10.739308');
INSERT INTO "trials" VALUES(9,8,1,'COMPLETE','2026-11-29 13:13:05.296089','2026-11-29 13:13:07.178395');
INSERT INTO "trials" VALUES(10,9,1,'COMPLETE','2026-11-29 13:13:05.416398','2026-11-29 13:13:07.917612');
INSERT INTO "trials" VALUES(11,10,1,'COMPLETE','2026-11-29 13:13:05.560952','2026-11-29 13:13:09.053827');
INSERT INTO "trials" VALUES(12,11,1,'PRUNED','2026-11-29 13:13:05.692066','2026-11-29 13:13:10.776037');
INSERT INTO "trials" VALUES(13,12,1,'PRUNED','2026-11-29 13:13:05.910427','2026-11-29 13:13:10.803975');
INSERT INTO "trials" VALUES(14,13,1,'COMPLETE','2026-11-29 13:13:07.980238','2026-11-29 13:13:08.446787');
INSERT INTO "trials" VALUES(15,14,1,'COMPLETE','2026-11-29 13:13:08.215715','2026-11-29 13:13:10.411131');
INSERT INTO "trials" VALUES(16,15,1,'COMPLETE','2026-11-29 13:13:08.521913','2026-11-29 13:13:08.834297');
INSERT INTO "trials" VALUES(17,16,1,'COMPLETE','2026-11-29 13:13:09.124919','2026-11-29 13:13:09.598415');
INSERT INTO "trials" VALUES(18,17,1,'PRUNED','2026-11-29 13:13:09.270580','2026-11-29 13:13:10.827973');
INSERT INTO "trials" VALUES(19,18,1,'COMPLETE','2026-11-29 13:13:09.691001','2026-11-29 13:13:10.106877');
INSERT INTO "trials" VALUES(20,19,1,'PRUNED','2026-11-29 13:13:10.507819','2026-11-29 13:13:10.870190');
INSERT INTO "trials" VALUES(21,0,2,'COMPLETE','2026-11-29 13:13:11.143296','2026-11-29 13:13:13.881938');
INSERT INTO "trials" VALUES(22,1,2,'PRUNED','2026-11-29 13:13:11.328391','2026-11-29 13:13:11.435634');
INSERT INTO "trials" VALUES(23,2,2,'COMPLETE','2026-11-29 13:13:11.494276','2026-11-29 13:13:15.395549');
INSERT INTO "trials" VALUES(24,3,2,'COMPLETE','2026-11-29 13:13:11.670720','2026-11-29 13:13:14.426317');
INSERT INTO "trials" VALUES(25,4,2,'COMPLETE','2026-11-29 13:13:11.862322','2026-11-29 13:13:17.494400');
INSERT INTO "trials" VALUES(26,5,2,'COMPLETE','2026-11-29 13:13:12.049731','2026-11-29 13:13:14.141687');
INSERT INTO "trials" VALUES(27,6,2,'COMPLETE','2026-11-29 13:13:12.232473','2026-11-29 13:13:18.542572');
INSERT INTO "trials" VALUES(28,7,2,'COMPLETE','2026-11-29 13:13:12.427002','2026-11-29 13:13:16.746313');
INSERT INTO "trials" VALUES(29,8,2,'COMPLETE','2026-11-29 13:13:12.621069','2026-11-29 13:13:19.318452');
INSERT INTO "trials" VALUES(30,9,2,'COMPLETE','2026-11-29 13:13:12.815916','2026-11-29 13:13:14.702123');
INSERT INTO "trials" VALUES(31,10,2,'COMPLETE','2026-11-29 13:13:13.012884','2026-11-29 13:13:15.018266');
INSERT INTO "trials" VALUES(32,11,2,'COMPLETE','2026-11-29 13:13:13.217543','2026-11-29 13:13:17.123383');
INSERT INTO "trials" VALUES(33,12,2,'COMPLETE','2026-11-29 13:13:13.415816','2026-11-29 13:13:18.917995');
INSERT INTO "trials" VALUES(34,13,2,'COMPLETE','2026-11-29 13:13:15.503201','2026-11-29 13:13:16.358393');
INSERT INTO "trials" VALUES(35,14,2,'COMPLETE','2026-11-29 13:13:15.920283','2026-11-29 13:13:19.695068');
INSERT INTO "trials" VALUES(36,15,2,'COMPLETE','2026-11-29 13:13:17.581947','2026-11-29 13:13:18.134529');
INSERT INTO "trials" VALUES(37,16,2,'RUNNING','2026-11-29 13:13:19.780826',NULL);
INSERT INTO "trials" VALUES(38,17,2,'RUNNING','2026-11-29 13:13:19.963263',NULL);
CREATE TABLE version_info (
	version_info_id INTEGER NOT NULL, 
	schema_version INTEGER, 
	library_version VARCHAR(256), 
	PRIMARY KEY (version_info_id), 
	CHECK (version_info_id=1)
);
INSERT INTO "version_info" VALUES(1,12,'5.0.0');
CREATE UNIQUE INDEX ix_studies_study_name ON studies (study_name);
CREATE INDEX ix_trials_study_id ON trials (study_id);
COMMIT;
